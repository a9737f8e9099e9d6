import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError } from '../base/assert.ts';
import { IPV4, IPV6 } from '../base/socket-address.ts';
import { RelayTable } from './relay-table.ts';

const PORT = { relayAddress: 0, port: 50_000, worker: 0 };

test('a relay is opening, then open, then live until it expires', () => {
  const relays = new RelayTable(4);
  const relay = relays.add(7, IPV6, PORT);
  assert.deepEqual([relays.isOpening(relay), relays.isLive(relay), relays.size], [true, false, 1]);
  relays.markOpen(relay);
  assert.deepEqual([relays.isOpening(relay), relays.isLive(relay)], [false, false]);
  assert.equal(relays.peekDeadline(), Number.POSITIVE_INFINITY);
  relays.extend(relay, 1_000);
  assert.deepEqual([relays.isLive(relay), relays.expiryOf(relay), relays.peekDeadline()], [true, 1_000, 1_000]);
  relays.extend(relay, 2_000);
  assert.equal(relays.popExpired(1_999), -1);
  assert.equal(relays.popExpired(2_000), relay);
});

test('it knows its allocation, family and port', () => {
  const relays = new RelayTable(4);
  const relay = relays.add(7, IPV4, PORT);
  assert.deepEqual([relays.allocationOf(relay), relays.familyOf(relay), relays.portOf(relay)], [7, IPV4, PORT]);
  const other = { ...PORT, port: 50_002 };
  relays.replacePort(relay, other);
  assert.equal(relays.portOf(relay), other);
});

test('a relay that was removed is nothing, and its number another one at last', () => {
  const relays = new RelayTable(1);
  const relay = relays.add(7, IPV4, PORT);
  relays.extend(relay, 1_000);
  relays.remove(relay);
  assert.deepEqual([relays.isOpening(relay), relays.isLive(relay), relays.size], [false, false, 0]);
  assert.equal(relays.peekDeadline(), Number.POSITIVE_INFINITY);
  assert.equal(relays.add(8, IPV4, PORT), relay);
  assert.equal(relays.expiryOf(relay), 0);
});

test('a relay that never was is neither opening nor live', () => {
  const relays = new RelayTable(1);
  assert.deepEqual([relays.isOpening(100_000), relays.isLive(100_000)], [false, false]);
});

test('more relays than there can be is a bug', () => {
  const relays = new RelayTable(1);
  relays.add(7, IPV4, PORT);
  assert.throws(() => relays.add(8, IPV4, PORT), AssertionError);
});
