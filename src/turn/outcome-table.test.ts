import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OUTCOME_ROWS_MAX } from '../base/limits.ts';
import type { KeyUid } from '../contract/ids.ts';
import { COUNTER, COUNTER_NAMES } from './counter.ts';
import { type OutcomeSubject, OutcomeTable } from './outcome-table.ts';
import { ACCOUNT, KEY, OTHER_KEY } from './test-support/turn-script.ts';

function makeTable() {
  const counters = new Float64Array(COUNTER_NAMES.length);
  return { table: new OutcomeTable(counters), forgotten: () => counters[COUNTER.outcomes_forgotten] as number };
}

function subjectOf(keyUid: KeyUid, transport: 'udp' | 'tcp' | 'tls'): OutcomeSubject {
  return { user: { claims: { keyUid } }, accountId: ACCOUNT, socket: { transport } } as OutcomeSubject;
}

test('counts of one key, transport and outcome are one row, and are taken once', () => {
  const { table, forgotten } = makeTable();
  table.count(subjectOf(KEY, 'udp'), 'started');
  table.count(subjectOf(KEY, 'tls'), 'started');
  table.count(subjectOf(OTHER_KEY, 'udp'), 'limited_bits');
  table.count(subjectOf(KEY, 'udp'), 'started');
  const names = { accountId: ACCOUNT, keyUid: KEY };
  assert.deepEqual(table.take(), [
    { ...names, transport: 'udp', outcome: 'started', count: 2 },
    { ...names, transport: 'tls', outcome: 'started', count: 1 },
    { ...names, keyUid: OTHER_KEY, transport: 'udp', outcome: 'limited_bits', count: 1 },
  ]);
  assert.deepEqual(table.take(), []);
  assert.equal(forgotten(), 0);
});

test('what needs a row beyond the limit is counted as forgotten, and rows that are there go on', () => {
  const { table, forgotten } = makeTable();
  const keyOf = (n: number) => n.toString(16).padStart(32, '0') as KeyUid;
  for (let n = 0; n < OUTCOME_ROWS_MAX + 3; n += 1) {
    table.count(subjectOf(keyOf(n), 'udp'), 'started');
  }
  table.count(subjectOf(keyOf(0), 'udp'), 'started');
  table.count(subjectOf(keyOf(0), 'tcp'), 'started');
  assert.equal(forgotten(), 4);
  const rows = table.take();
  assert.equal(rows.length, OUTCOME_ROWS_MAX);
  assert.equal(rows[0]?.count, 2);
  table.count(subjectOf(keyOf(OUTCOME_ROWS_MAX), 'udp'), 'started');
  assert.deepEqual([table.take().length, forgotten()], [1, 4], 'there is room again');
});
