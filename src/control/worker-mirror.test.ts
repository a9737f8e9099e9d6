import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAllocationId } from '../contract/allocation-id.ts';
import { FakeWorker, lendWorkers, SOME_ACCOUNT } from './live-workers.test-support.ts';
import { WorkerMirror } from './worker-mirror.ts';

function open() {
  const worker = new FakeWorker();
  const mirror = new WorkerMirror(lendWorkers(worker), 0, SOME_ACCOUNT, {});
  const serialOf = (id: string) => parseAllocationId(id)?.serial;
  /** What a reading finds, by serial; a changed record has a star. */
  const read = async () => {
    const changes = await mirror.read();
    return (
      changes && {
        added: changes.added.map(({ id }) => serialOf(id)),
        changed: changes.changed.map(
          ({ allocation, isRecordNew }) => `${serialOf(allocation.id)}${isRecordNew ? '*' : ''}`,
        ),
        removed: changes.removed.map(serialOf),
      }
    );
  };
  return { worker, mirror, read };
}

const NOTHING = { added: [], changed: [], removed: [] };

test('what begins, moves, changes and ends is told once, over any number of slices', async () => {
  const { worker, mirror, read } = open();
  const serials = [1, 2, 3, 4, 5].map(() => worker.begin());
  assert.deepEqual(await read(), { ...NOTHING, added: serials });
  assert.deepEqual(await read(), NOTHING);
  worker.move(2);
  worker.permit(5);
  worker.end(3);
  const next = worker.begin();
  assert.deepEqual(await read(), { added: [next], changed: ['2', '5*'], removed: [3] });
  assert.deepEqual(await read(), NOTHING);
  assert.equal([...mirror.allocations].length, 5);
  const [, second] = [...mirror.allocations];
  assert.deepEqual([second?.record.username, second?.traffic.ingressBytes], ['user 2', 100]);
});

test('a late worker leaves all as it was, and loses nothing', async () => {
  const { worker, mirror, read } = open();
  worker.begin();
  await read();
  worker.isAnswering = false;
  const second = worker.begin();
  worker.permit(1);
  assert.equal(await read(), undefined);
  assert.equal([...mirror.allocations].length, 1);
  worker.isAnswering = true;
  assert.deepEqual(await read(), { added: [second], changed: ['1*'], removed: [] });
});

test('a successor of a worker has none of its allocations, whatever their serials', async () => {
  const { worker, read } = open();
  worker.begin();
  worker.begin();
  await read();
  worker.die('ba9876543210');
  worker.begin();
  assert.deepEqual(await read(), { added: [1], changed: [], removed: [1, 2] });
  assert.deepEqual(await read(), NOTHING);
});
