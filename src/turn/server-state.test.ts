import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../base/clock.ts';
import { COUNTER } from './counter.ts';
import { ServerState } from './server-state.ts';
import { RELAY_IPV6, serverOptions } from './test-support/script-options.ts';

test('counting adds one at a place', () => {
  const options = serverOptions({});
  const state = new ServerState(options);
  state.count(COUNTER.drop_not_turn);
  state.count(COUNTER.drop_not_turn);
  assert.equal(options.counters[COUNTER.drop_not_turn], 2);
});

test('the time of day is the clock and its offset', () => {
  const state = new ServerState(serverOptions({}));
  state.clockOffsetMs = 500;
  assert.equal(state.unixNow(1_000 as Instant), 1_500);
});

test('it has the families of its relay addresses, and a pool of ports for each address', () => {
  assert.deepEqual(new ServerState(serverOptions({})).families, [4, 6]);
  const single = new ServerState(serverOptions({ relays: [{ bind: RELAY_IPV6, advertised: RELAY_IPV6 }] }));
  assert.deepEqual(single.families, [6]);
  assert.equal(single.portPools.length, 1);
  assert.deepEqual(new ServerState(serverOptions({ relays: [] })).families, []);
});
