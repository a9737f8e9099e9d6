import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALLOCATIONS_PER_WORKER_MAX, WORKERS_MAX } from '../base/limits.ts';
import { formatAllocationId, parseAllocationId } from './allocation-id.ts';

test('an identifier is 32 hexadecimal digits that name what they were made of', () => {
  const ids = [
    { worker: 0, incarnation: '000000000000', number: 0, serial: 1 },
    {
      worker: WORKERS_MAX - 1,
      incarnation: 'fedcba987654',
      number: ALLOCATIONS_PER_WORKER_MAX - 1,
      serial: 2 ** 48 - 1,
    },
  ];
  for (const id of ids) {
    const text = formatAllocationId(id);
    assert.match(text, /^[0-9a-f]{32}$/);
    assert.deepEqual(parseAllocationId(text), id);
  }
});

test('what is no identifier names nothing', () => {
  const text = formatAllocationId({ worker: 1, incarnation: '0123456789ab', number: 2, serial: 3 });
  for (const other of ['', 'x', text.slice(1), `${text}0`, text.toUpperCase(), `${text.slice(0, -1)}g`]) {
    assert.equal(parseAllocationId(other), undefined, other);
  }
});
