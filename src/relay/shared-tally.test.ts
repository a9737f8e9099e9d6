import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import type { QuotaKeys } from '../turn/quota-keys.ts';
import { SharedLock } from './shared-lock.ts';
import { ALL_TAKEN, SharedTally } from './shared-tally.ts';

function makeTally(capacity: number, workers: number): SharedTally {
  return new SharedTally(SharedTally.makeMemory(capacity, workers, 12_345), capacity, workers);
}

/** Several names, which in a small table crowd into few home rows, so that gaps are closed over wrapped runs. */
function makeKeys(...names: readonly number[]): QuotaKeys {
  return Uint32Array.from(names.flatMap((name) => [1, name, 0, 0]));
}

const makeKey = (name: number) => makeKeys(name);

describe('shared tally', () => {
  it('grants up to the maximum over all workers', () => {
    const tally = makeTally(16, 3);
    const key = makeKey(1);
    assert.deepEqual(
      [0, 1, 2, 0].map((worker) => tally.take(worker, key, [3])),
      [ALL_TAKEN, ALL_TAKEN, ALL_TAKEN, 0],
    );
    tally.giveBack(1, key);
    assert.equal(tally.take(2, key, [3]), ALL_TAKEN);
    assert.equal(tally.take(0, makeKey(2), [0]), 0);
  });

  it('counts all of several keys, or none of them', () => {
    const tally = makeTally(16, 2);
    assert.equal(tally.take(0, makeKeys(1, 2, 3), [9, 9, 1]), ALL_TAKEN);
    assert.equal(tally.take(1, makeKeys(1, 2, 3), [9, 9, 1]), 2);
    assert.equal(tally.take(1, makeKeys(4, 2, 5), [9, 1, 9]), 1);
    const counts = () => [1, 2, 3, 4, 5].map((name) => tally.count(0, makeKey(name)));
    assert.deepEqual(counts(), [1, 1, 1, 0, 0]);
    tally.giveBack(0, makeKeys(1, 2, 3));
    assert.deepEqual(counts(), [0, 0, 0, 0, 0]);
  });

  it('counts nothing of a key that begins with 0', () => {
    const tally = makeTally(16, 1);
    const keys = Uint32Array.of(0, 0, 0, 0, 1, 7, 0, 0);
    assert.equal(tally.take(0, keys, [0, 1]), ALL_TAKEN);
    assert.equal(tally.take(0, keys, [0, 1]), 1);
    tally.giveBack(0, keys);
    assert.equal(tally.count(0, makeKey(7)), 0);
  });

  it('forgets the share of a worker that died in all of its keys', () => {
    const tally = makeTally(16, 2);
    tally.take(0, makeKeys(1, 2), [9, 9]);
    tally.take(1, makeKeys(1, 3), [9, 9]);
    tally.forgetWorker(1, 2);
    assert.deepEqual(
      [1, 2, 3].map((name) => tally.count(0, makeKey(name))),
      [1, 1, 0],
    );
  });

  it('refuses a new key when it is full, and serves the known ones', () => {
    const tally = makeTally(16, 1);
    for (let name = 0; name < 12; name++) {
      assert.equal(tally.take(0, makeKey(name), [9]), ALL_TAKEN);
    }
    assert.equal(tally.take(0, makeKeys(5, 12), [9, 9]), 1);
    assert.equal(tally.take(0, makeKey(5), [9]), ALL_TAKEN);
    tally.giveBack(0, makeKey(6));
    assert.equal(tally.take(0, makeKey(12), [9]), ALL_TAKEN);
  });

  it('refuses to give back what was not taken by that worker', () => {
    const tally = makeTally(16, 2);
    tally.take(0, makeKey(1), [9]);
    assert.throws(() => tally.giveBack(1, makeKey(1)), /what is given back was taken/);
  });

  it('takes the lock from a worker that died with it', () => {
    const memory = SharedTally.makeMemory(16, 2, 0);
    const tally = new SharedTally(memory, 16, 2);
    tally.take(0, makeKey(1), [9]);
    tally.take(1, makeKey(1), [9]);
    new SharedLock(new Int32Array(memory), 0).acquire(1);
    tally.forgetWorker(1, 2);
    assert.equal(tally.count(0, makeKey(1)), 1);
  });

  it('counts as a map of maps does', () => {
    const step = fc.record({
      worker: fc.nat(2),
      name: fc.nat(30),
      action: fc.constantFrom('take', 'take', 'give back', 'give back', 'forget'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const workers = 3;
        const tally = makeTally(64, workers);
        const model = Array.from({ length: workers }, () => new Map<number, number>());
        const modelCount = (name: number) => model.reduce((sum, counts) => sum + (counts.get(name) ?? 0), 0);
        for (const { worker, name, action } of steps) {
          const own = model[worker] as Map<number, number>;
          const held = own.get(name) ?? 0;
          if (action === 'take') {
            const isGranted = modelCount(name) < 5;
            assert.equal(tally.take(worker, makeKey(name), [5]) === ALL_TAKEN, isGranted);
            own.set(name, held + (isGranted ? 1 : 0));
          } else if (action === 'give back' && held > 0) {
            tally.giveBack(worker, makeKey(name));
            own.set(name, held - 1);
          } else if (action === 'forget') {
            tally.forgetWorker(worker, workers);
            own.clear();
          }
        }
        for (let name = 0; name <= 30; name++) {
          assert.equal(tally.count(workers, makeKey(name)), modelCount(name));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('stays right when threads use it at once, and one is ended while it does', { timeout: 20_000 }, async () => {
    const workers = 2;
    const capacity = 64;
    const memory = SharedTally.makeMemory(capacity, workers, 12_345);
    const tally = new SharedTally(memory, capacity, workers);
    const script = `
      const { parentPort, workerData } = require('node:worker_threads');
      import(workerData.module).then(({ SharedTally }) => {
        const tally = new SharedTally(workerData.memory, ${capacity}, ${workers});
        const keys = Array.from({ length: 20 }, (_, name) => Uint32Array.of(1, name, 0, 0, 1, 20 + (name % 3), 0, 0));
        for (let round = 0; round < workerData.rounds; round++) {
          for (const key of keys) {
            if (tally.take(workerData.worker, key, [2, 9]) === -1) {
              tally.giveBack(workerData.worker, key);
            }
          }
          if (round === 50) {
            parentPort.postMessage('busy');
          }
        }
        tally.take(workerData.worker, keys[0], [2, 9]);
      });`;
    const start = (worker: number, rounds: number) => {
      const module = new URL('./shared-tally.ts', import.meta.url).href;
      const thread = new Worker(script, { eval: true, workerData: { module, memory, worker, rounds } });
      const busy = new Promise<void>((resolve) => thread.once('message', () => resolve()));
      const exit = new Promise<number>((resolve) => thread.once('exit', resolve));
      return { thread, busy, exit };
    };
    const finishing = start(0, 2_000);
    for (let attempt = 0; attempt < 5; attempt++) {
      const endless = start(1, Number.POSITIVE_INFINITY);
      await endless.busy;
      await endless.thread.terminate();
      tally.forgetWorker(1, workers);
    }
    assert.equal(await finishing.exit, 0);
    for (let name = 0; name < 23; name++) {
      assert.equal(tally.count(workers, makeKey(name)), name === 0 || name === 20 ? 1 : 0, `key ${name}`);
    }
  });
});
