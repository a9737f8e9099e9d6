import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTransportAddress } from '../base/ip.ts';
import { SeededRandom } from '../base/seeded-random.ts';
import { IPV4, IPV6 } from '../base/socket-address.ts';
import { advertisedAddress, boundAddress, givePort, lendPort, takeBackPort, takePort } from './relay-ports.ts';
import { ServerState } from './server-state.ts';
import { type ScriptOptions, serverOptions } from './test-support/script-options.ts';

const TWO_ADDRESSES: ScriptOptions = {
  relays: [
    { bind: '10.0.0.5', advertised: '52.1.2.3' },
    { bind: '10.0.0.6', advertised: '52.1.2.4' },
    { bind: '2600::5', advertised: '2600::5' },
  ],
  relayPorts: { min: 50_000, max: 50_001 },
};

test('a port is of an address of the family', () => {
  const state = new ServerState(serverOptions(TWO_ADDRESSES));
  assert.deepEqual(takePort(state, IPV6, 'any'), { relayAddress: 2, port: 50_000, worker: 0 });
  assert.deepEqual(takePort(state, IPV4, 'any'), { relayAddress: 0, port: 50_000, worker: 0 });
});

test('when one address is used up, another is tried, until none is left', () => {
  const state = new ServerState(serverOptions(TWO_ADDRESSES));
  const taken = Array.from({ length: 5 }, () => takePort(state, IPV4, 'any')?.relayAddress);
  assert.deepEqual(taken, [0, 0, 1, 1, undefined]);
});

test('a pair is taken and given back whole', () => {
  const state = new ServerState(serverOptions(TWO_ADDRESSES));
  const port = takePort(state, IPV6, 'even-and-next');
  assert.equal(takePort(state, IPV6, 'any'), undefined);
  assert(port !== undefined);
  givePort(state, port, 'even-and-next');
  assert.deepEqual(takePort(state, IPV6, 'even-and-next'), port);
});

test('addresses are used evenly', () => {
  const options = { ...serverOptions({ ...TWO_ADDRESSES, relayPorts: { min: 50_000, max: 59_999 } }) };
  const state = new ServerState({ ...options, random: new SeededRandom(1) });
  const counts = [0, 0, 0];
  for (let i = 0; i < 3_000; i += 1) {
    const address = takePort(state, IPV4, 'any')?.relayAddress as number;
    counts[address] = (counts[address] as number) + 1;
  }
  assert.equal(counts[2], 0);
  assert((counts[0] as number) > 1_400 && (counts[1] as number) > 1_400, counts.join());
});

test('each port has an inner and a public address', () => {
  const state = new ServerState(serverOptions(TWO_ADDRESSES));
  const port = { relayAddress: 1, port: 50_001, worker: 0 };
  assert.equal(formatTransportAddress(boundAddress(state, port)), '10.0.0.6:50001');
  assert.equal(formatTransportAddress(advertisedAddress(state, port)), '52.1.2.4:50001');
});

test("another worker's port goes back to it", () => {
  const state = new ServerState(serverOptions(TWO_ADDRESSES));
  givePort(state, { relayAddress: 1, port: 50_001, worker: 3 }, 'any');
  assert.deepEqual(state.commands.shift(), {
    kind: 'return-port',
    worker: 3,
    port: { relayAddress: 1, port: 50_001 },
  });
});

test('a port is lent for its token, and taken back once', () => {
  const state = new ServerState(serverOptions(TWO_ADDRESSES));
  takePort(state, IPV6, 'even-and-next');
  const token = state.reservations.add({ relayAddress: 2, port: 50_001 }, 0 as never) as Uint8Array;
  assert.equal(lendPort(state, new Uint8Array(8)), undefined);
  const port = lendPort(state, token);
  assert.deepEqual(port, { relayAddress: 2, port: 50_001 });
  assert.equal(lendPort(state, token), undefined);
  assert(port !== undefined);
  takeBackPort(state, port);
  takeBackPort(state, port);
  assert.deepEqual(takePort(state, IPV6, 'any'), { relayAddress: 2, port: 50_001, worker: 0 });
});
