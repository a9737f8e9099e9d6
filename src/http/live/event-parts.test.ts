import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIVE_ALLOCATIONS_PER_EVENT_MAX } from '../../base/limits.ts';
import type { LiveAllocation } from '../../control/live-allocation.ts';
import { type EventPart, splitFrame, splitSnapshot } from './event-parts.ts';
import { makeAllocation } from './make-allocation.test-support.ts';

interface Told {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: { readonly [name: string]: unknown; readonly allocations?: readonly { readonly id: string }[] };
}

function parse({ text }: EventPart): Told {
  const [, event = '', , id, data = ''] = /^event: (\w+)\n(id: (\S+)\n)?data: (.+)\n\n$/.exec(text) ?? [];
  return { event, id, data: JSON.parse(data) };
}

const many = (count: number): LiveAllocation[] => Array.from({ length: count }, (_, index) => makeAllocation(index));
const none = { added: [], changed: [], removed: [], missing: [] };

test('a snapshot of nothing is one part, and the last part alone names the version', () => {
  const [only, ...others] = splitSnapshot('f', { version: 7, allocations: [], missing: [1] });
  assert.equal(others.length, 0);
  assert.deepEqual(only === undefined ? undefined : parse(only), {
    event: 'snapshot',
    id: 'f-7',
    data: { part: 1, parts: 1, missing: [1], allocations: [] },
  });
});

test('a snapshot is cut into parts of which each allocation is in one', () => {
  const allocations = many(LIVE_ALLOCATIONS_PER_EVENT_MAX + 1);
  const parts = splitSnapshot('f', { version: 0, allocations, missing: [] });
  assert.deepEqual(
    parts.map(({ version }) => version),
    [undefined, 0],
  );
  const told = parts.map(parse);
  assert.deepEqual(
    told.map(({ id, data: { part, parts: of } }) => [id, part, of]),
    [
      [undefined, 1, 2],
      ['f-0', 2, 2],
    ],
  );
  assert.deepEqual(
    told.flatMap(({ data }) => data.allocations?.map(({ id }) => id)),
    allocations.map(({ id }) => id),
  );
});

test('a frame tells what began, what changed and what ended, and last who is missing', () => {
  const [first, second, third] = many(3) as [LiveAllocation, LiveAllocation, LiveAllocation];
  const frame = {
    version: 4,
    added: [first],
    changed: [
      { allocation: second, isRecordNew: false },
      { allocation: third, isRecordNew: true },
    ],
    removed: ['x'],
    missing: [1],
  };
  const told = splitFrame('f', frame).map(parse);
  assert.deepEqual(
    told.map(({ event, id }) => [event, id]),
    [
      ['added', undefined],
      ['changed', undefined],
      ['removed', undefined],
      ['missing', 'f-4'],
    ],
  );
  const [traffic, whole] = told[1]?.data.allocations ?? [];
  assert.ok(traffic !== undefined && !('username' in traffic), 'who it is was told before');
  assert.ok(whole !== undefined && 'username' in whole);
  assert.deepEqual(
    told.slice(2).map(({ data }) => data),
    [{ ids: ['x'] }, { workers: [1] }],
  );
});

test('a frame is made into text once for all who watch', () => {
  const frame = { version: 1, ...none };
  assert.equal(splitFrame('f', frame), splitFrame('f', frame));
});
