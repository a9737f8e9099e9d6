import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { UnixMs } from '../base/clock.ts';
import type { UsageDelta } from '../contract/usage-delta.ts';
import { UsageQueue } from './usage-queue.ts';

const makeDelta = (n: number): UsageDelta => ({
  node: 'node',
  boot: 'boot',
  worker: 0,
  n,
  minute: 0 as UnixMs,
  rows: [],
});

describe('usage queue', () => {
  it('stores in order, one at a time', async () => {
    const log: string[] = [];
    const queue = new UsageQueue({
      store: async ({ n }) => {
        log.push(`begin ${n}`);
        await new Promise((resolve) => setImmediate(resolve));
        log.push(`end ${n}`);
      },
      onStored: ({ n }) => log.push(`stored ${n}`),
      onFailed: () => assert.fail(),
    });
    queue.push(makeDelta(0));
    queue.push(makeDelta(1));
    await queue.settle();
    assert.deepEqual(log, ['begin 0', 'end 0', 'stored 0', 'begin 1', 'end 1', 'stored 1']);
    await queue.settle();
  });

  it('keeps what the store refuses, and hands it over again', async (test) => {
    test.mock.timers.enable({ apis: ['setTimeout'] });
    const attempts: number[] = [];
    const stored: number[] = [];
    const waiting: number[] = [];
    let isBroken = true;
    const queue = new UsageQueue({
      store: ({ n }) => {
        attempts.push(n);
        if (isBroken) {
          throw new Error('the disk is full');
        }
      },
      onStored: ({ n }) => stored.push(n),
      onFailed: (_, count) => waiting.push(count),
    });
    queue.push(makeDelta(0));
    queue.push(makeDelta(1));
    await assert.rejects(queue.settle(), /the disk is full/);
    assert.deepEqual(stored, []);
    queue.push(makeDelta(2));
    isBroken = false;
    test.mock.timers.tick(60_000);
    await queue.settle();
    assert.deepEqual(stored, [0, 1, 2]);
    assert.equal(queue.length, 0);
    assert.ok(attempts.filter((n) => n === 0).length >= 2);
    assert.ok(waiting.length >= 1 && waiting.every((count) => count >= 1));
  });

  it('tries no more after its stop, even what fails later', async (test) => {
    test.mock.timers.enable({ apis: ['setTimeout'] });
    const store = Promise.withResolvers<void>();
    let attempts = 0;
    const queue = new UsageQueue({
      store: () => {
        attempts += 1;
        return store.promise;
      },
      onStored: () => assert.fail(),
      onFailed: () => assert.fail(),
    });
    queue.push(makeDelta(0));
    const settled = queue.settle();
    queue.stop();
    store.reject(new Error('the database is closed'));
    await assert.rejects(settled, /the database is closed/);
    test.mock.timers.tick(60_000);
    assert.equal(attempts, 1);
  });
});
