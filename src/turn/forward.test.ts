import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTransportAddress } from '../base/ip.ts';
import { FORWARD_NOTHING, FORWARD_TO_CLIENT, FORWARD_TO_RELAY, Forward } from './forward.ts';
import type { ClientSocketId, RelaySocketId } from './path.ts';
import { addressOf } from './test-support/script-options.ts';

const bytes = new Uint8Array(10);

test('nothing is forwarded at first', () => {
  assert.equal(new Forward().kind, FORWARD_NOTHING);
});

test('it says what goes where, to a client and to a peer', () => {
  const forward = new Forward();
  forward.toClient(7 as ClientSocketId, addressOf('198.51.100.1:4000'), 0, bytes, 2, 5);
  const { kind, socket, offset, length } = forward;
  assert.deepEqual([kind, socket, offset, length], [FORWARD_TO_CLIENT, 7, 2, 5]);
  assert.equal(forward.bytes, bytes);
  forward.toRelay(3 as RelaySocketId, addressOf('[2606:4700::1]:53'), 0, bytes, 0, 10);
  assert.deepEqual([forward.kind, forward.socket], [FORWARD_TO_RELAY, 3]);
  assert.equal(formatTransportAddress(forward.address), '[2606:4700::1]:53');
});

test('the address is a copy of the row that was given', () => {
  const forward = new Forward();
  const rows = new Uint32Array(10);
  rows.set(addressOf('8.8.8.8:53'), 5);
  forward.toRelay(3 as RelaySocketId, rows, 5, bytes, 0, 10);
  rows.fill(0);
  assert.equal(formatTransportAddress(forward.address), '8.8.8.8:53');
});
