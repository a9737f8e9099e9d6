import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeWorker, lendWorkers, SOME_ACCOUNT } from './live-workers.test-support.ts';
import { sumLiveTraffic } from './sum-live-traffic.ts';

const NOTHING = {
  allocations: 0,
  ingressBitsPerSecond: 0,
  ingressPacketsPerSecond: 0,
  egressBitsPerSecond: 0,
  egressPacketsPerSecond: 0,
};

test('all workers are summed up, slice by slice, and no allocation is described', async () => {
  const first = new FakeWorker();
  const second = new FakeWorker();
  for (let i = 0; i < 5; i += 1) {
    first.rate(first.begin(), 1_000);
  }
  second.rate(second.begin(), 200);
  const sum = await sumLiveTraffic(lendWorkers(first, second), SOME_ACCOUNT, {});
  const totals = { ...NOTHING, allocations: 6, egressBitsPerSecond: 5_200, egressPacketsPerSecond: 52 };
  assert.deepEqual(sum, { totals, missing: [] });
  assert.equal(first.asked.length, 3);
  assert.equal(first.recordsTold + second.recordsTold, 0);
});

test('a worker that does not answer is told as missing, and so is one that another replaced meanwhile', async () => {
  const silent = new FakeWorker();
  silent.isAnswering = false;
  const replaced = new FakeWorker();
  for (let i = 0; i < 3; i += 1) {
    replaced.begin();
  }
  const there = new FakeWorker();
  there.begin();
  const workers = lendWorkers(silent, replaced, there);
  const sum = await sumLiveTraffic(
    {
      workerCount: 3,
      ask: async (worker, question) => {
        const answer = await workers.ask(worker, question);
        if (worker === 1) {
          replaced.incarnation = 'ba9876543210';
        }
        return answer;
      },
    },
    SOME_ACCOUNT,
    {},
  );
  assert.deepEqual(sum, { totals: { ...NOTHING, allocations: 1 }, missing: [0, 1] });
});
