import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { BY, openTestControl, type TestControl } from './control.test-support.ts';
import { endLiveAllocation } from './end-live-allocation.ts';
import { listLiveAllocations } from './list-live-allocations.ts';
import { FakeWorker, lendWorkers } from './live-workers.test-support.ts';
import { readLiveAllocation } from './read-live-allocation.ts';

describe('live allocations', () => {
  let control: TestControl;

  before(async () => {
    control = await openTestControl();
  });

  after(() => control.close());

  function open(...counts: readonly number[]) {
    const workers = counts.map((count) => {
      const worker = new FakeWorker();
      for (let i = 0; i < count; i += 1) {
        worker.begin();
      }
      return worker;
    });
    const ports = { ...control.ports, live: lendWorkers(...workers) };
    const list = (limit: number, cursor?: string) =>
      listLiveAllocations(ports, 'default', { filter: {}, limit, cursor });
    return { ports, workers, list };
  }

  it('are paged over slices and workers, and each is seen once', async () => {
    const { list } = open(5, 0, 3);
    const sizes: number[] = [];
    const ids = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await list(3, cursor);
      sizes.push(page.allocations.length);
      for (const { id } of page.allocations) {
        ids.add(id);
      }
      cursor = page.next;
    } while (cursor !== undefined);
    assert.deepEqual(sizes, [3, 3, 2]);
    assert.equal(ids.size, 8);
  });

  it('are seen once though others begin and end between two pages', async () => {
    const { list, workers } = open(6);
    const first = await list(3);
    workers[0]?.end(1);
    workers[0]?.end(3);
    workers[0]?.begin();
    const second = await list(10, first.next);
    assert.deepEqual(
      second.allocations.map(({ record }) => record.username),
      ['user 4', 'user 5', 'user 6', 'user 7'],
    );
  });

  it('of a worker that does not answer are missing, and the others are not', async () => {
    const { list, workers } = open(2, 2);
    (workers[0] as FakeWorker).isAnswering = false;
    const { allocations, missing, next } = await list(10);
    assert.deepEqual([allocations.length, missing, next], [2, [0], undefined]);
  });

  it('are asked for by a limit and a cursor that can be', async () => {
    const { list } = open(1);
    for (const limit of [0, 1_001, 1.5, Number.NaN]) {
      await assert.rejects(list(limit), { code: 'invalid-cursor' });
    }
    await assert.rejects(list(1, '0'), { code: 'invalid-cursor' });
    assert.deepEqual(await list(1, 'ff000000'), { allocations: [], next: undefined, missing: [] });
  });

  it('need an account and a relay', async () => {
    const { ports } = open();
    const request = { filter: {}, limit: 1, cursor: undefined };
    await assert.rejects(listLiveAllocations(ports, 'default', request), { code: 'relay-unavailable' });
    await assert.rejects(listLiveAllocations(ports, 'nobody', request), { code: 'account-not-found' });
  });

  it('end once, by an identifier that a worker gave', async () => {
    const { ports, list, workers } = open(1);
    const { id } = (await list(1)).allocations[0] as { id: string };
    await endLiveAllocation(ports, BY, 'default', id);
    await assert.rejects(endLiveAllocation(ports, BY, 'default', id), { code: 'allocation-not-found' });
    await assert.rejects(readLiveAllocation(ports, 'default', id), { code: 'allocation-not-found' });
    for (const other of ['x', `01${id.slice(2)}`]) {
      await assert.rejects(endLiveAllocation(ports, BY, 'default', other), { code: 'allocation-not-found' });
    }
    (workers[0] as FakeWorker).isAnswering = false;
    await assert.rejects(endLiveAllocation(ports, BY, 'default', id), { code: 'relay-unavailable' });
  });
});
