import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError } from '../base/assert.ts';
import { TurnServer } from './server.ts';
import { assertOptions, type TurnServerOptions } from './server-options.ts';
import { addressOf, serverOptions } from './test-support/script-options.ts';

test('the options of a script are possible', () => {
  assert.doesNotThrow(() => assertOptions(serverOptions({})));
});

/** Options that no configuration lets through. */
const IMPOSSIBLE: readonly (readonly [string, (options: TurnServerOptions) => Partial<TurnServerOptions>])[] = [
  ['too few counters', () => ({ counters: new Float64Array(3) })],
  ['well-known relay ports', () => ({ relayPorts: { min: 80, max: 90 } })],
  ['no relay ports', () => ({ relayPorts: { min: 50_001, max: 50_000 } })],
  ['too many workers', () => ({ worker: { index: 0, count: 257 } })],
  ['a worker outside of the count', () => ({ worker: { index: 1, count: 1 } })],
  ['no master secret', () => ({ masterSecrets: [] })],
  ['an empty realm', () => ({ realm: '' })],
  ['a long realm', () => ({ realm: 'r'.repeat(128) })],
  ['a long software name', () => ({ software: 's'.repeat(65) })],
  ['a wildcard relay', () => ({ relays: [{ bind: addressOf('0.0.0.0'), advertised: addressOf('52.1.2.3') }] })],
  ['a relay of two families', () => ({ relays: [{ bind: addressOf('10.0.0.5'), advertised: addressOf('2600::1') }] })],
  ['one relay twice', ({ relays }) => ({ relays: [...relays, ...relays] })],
  ['more allocations than keys', ({ limits }) => ({ limits: { ...limits, allocationsMax: 0x40001 } })],
  ['a short longest lifetime', ({ limits }) => ({ limits: { ...limits, allocationLifetimeSecondsMax: 599 } })],
];

for (const [name, change] of IMPOSSIBLE) {
  test(`${name} is a bug of whoever starts the server`, () => {
    const options = serverOptions({});
    assert.throws(() => new TurnServer({ ...options, ...change(options) }), AssertionError);
  });
}
