import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROW_WIDTH } from '../contract/live-allocation.ts';
import { ServerState } from './server-state.ts';
import { serverOptions } from './test-support/script-options.ts';
import { START } from './test-support/turn-script.ts';
import { writeAllocationRow } from './write-allocation-row.ts';

test('a row is its number, its serial and eight figures of traffic, and touches no other', () => {
  const state = new ServerState(serverOptions({}));
  state.meter.start(5, START);
  state.meter.countIngress(5, 100);
  const out = new Float64Array(3 * ROW_WIDTH).fill(-1);
  writeAllocationRow(state, 5, START, out, ROW_WIDTH);
  assert.deepEqual([...out.subarray(ROW_WIDTH, 2 * ROW_WIDTH)], [5, 0, 100, 1, 0, 0, 800, 1, 0, 0]);
  assert.ok([...out.subarray(0, ROW_WIDTH), ...out.subarray(2 * ROW_WIDTH)].every((value) => value === -1));
});
