import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { SharedLock } from './shared-lock.ts';
import { SharedTally, TALLY_KEY_BYTES } from './shared-tally.ts';

function makeTally(capacity: number, workers: number): SharedTally {
  return new SharedTally(new SharedArrayBuffer(SharedTally.bytesOf(capacity, workers)), capacity, workers);
}

/** Keys that crowd into few home rows, so that gaps are closed over wrapped runs. */
function makeKey(name: number): Uint8Array {
  const key = new Uint8Array(TALLY_KEY_BYTES);
  key[3] = name % 3;
  key[15] = name;
  return key;
}

describe('shared tally', () => {
  it('grants up to the maximum over all workers', () => {
    const tally = makeTally(16, 3);
    const key = makeKey(1);
    assert.deepEqual(
      [0, 1, 2, 0].map((worker) => tally.take(worker, key, 3)),
      [true, true, true, false],
    );
    tally.giveBack(1, key);
    assert.equal(tally.take(2, key, 3), true);
    assert.equal(tally.take(0, makeKey(2), 0), false);
  });

  it('refuses a new key when it is full, and serves the known ones', () => {
    const tally = makeTally(16, 1);
    for (let name = 0; name < 12; name++) {
      assert.equal(tally.take(0, makeKey(name), 9), true);
    }
    assert.equal(tally.take(0, makeKey(12), 9), false);
    assert.equal(tally.take(0, makeKey(5), 9), true);
    tally.giveBack(0, makeKey(6));
    assert.equal(tally.take(0, makeKey(12), 9), true);
  });

  it('refuses to give back what was not taken by that worker', () => {
    const tally = makeTally(16, 2);
    tally.take(0, makeKey(1), 9);
    assert.throws(() => tally.giveBack(1, makeKey(1)), /what is given back was taken/);
  });

  it('takes the lock from a worker that died with it', () => {
    const memory = new SharedArrayBuffer(SharedTally.bytesOf(16, 2));
    const tally = new SharedTally(memory, 16, 2);
    tally.take(0, makeKey(1), 9);
    tally.take(1, makeKey(1), 9);
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
            assert.equal(tally.take(worker, makeKey(name), 5), isGranted);
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
    const memory = new SharedArrayBuffer(SharedTally.bytesOf(capacity, workers));
    const tally = new SharedTally(memory, capacity, workers);
    const script = `
      const { parentPort, workerData } = require('node:worker_threads');
      import(workerData.module).then(({ SharedTally }) => {
        const tally = new SharedTally(workerData.memory, ${capacity}, ${workers});
        const keys = Array.from({ length: 20 }, (_, name) => Uint8Array.of(0, 0, 0, name % 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, name));
        for (let round = 0; round < workerData.rounds; round++) {
          for (const key of keys) {
            if (tally.take(workerData.worker, key, 2)) {
              tally.giveBack(workerData.worker, key);
            }
          }
          if (round === 50) {
            parentPort.postMessage('busy');
          }
        }
        tally.take(workerData.worker, keys[0], 2);
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
    for (let name = 0; name < 20; name++) {
      assert.equal(tally.count(workers, makeKey(name)), name === 0 ? 1 : 0, `key ${name}`);
    }
  });
});
