import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../base/clock.ts';
import { formatTransportAddress } from '../base/ip.ts';
import { SeededRandom } from '../base/seeded-random.ts';
import { IPV6 } from '../base/socket-address.ts';
import { PermissionTable } from './permission-table.ts';
import { NO_ROW } from './row-index.ts';
import { addressOf } from './test-support/script-options.ts';

const PEER = addressOf('8.8.8.8:53');

function table(): PermissionTable {
  return new PermissionTable(new SeededRandom(1));
}

function at(ms: number): Instant {
  return ms as Instant;
}

function rowsOf(permissions: PermissionTable, relay: number): number[] {
  const rows: number[] = [];
  for (let row = permissions.firstOf(relay); row !== NO_ROW; row = permissions.next(row)) {
    rows.push(row);
  }
  return rows;
}

test('a permission is found by relay and IP address, whatever the port', () => {
  const permissions = table();
  const row = permissions.add(3, PEER, 0, false);
  assert.equal(permissions.find(3, addressOf('8.8.8.8:99'), 0), row);
  assert.equal(permissions.find(4, PEER, 0), NO_ROW);
  assert.equal(permissions.find(3, addressOf('8.8.8.9:53'), 0), NO_ROW);
  assert.equal(permissions.relayOf(row), 3);
  assert.equal(permissions.size, 1);
});

test('it is live until its time is over', () => {
  const permissions = table();
  const row = permissions.add(3, PEER, 0, false);
  permissions.extend(row, 1_000);
  assert.equal(permissions.isLive(row, at(999)), true);
  assert.equal(permissions.isLive(row, at(1_000)), false);
  assert.equal(permissions.peekDeadline(), 1_000);
  assert.equal(permissions.popExpired(at(999)), NO_ROW);
  assert.equal(permissions.popExpired(at(1_000)), row);
});

test('one that a channel leans on stays, without being live, until the channel lets go', () => {
  const permissions = table();
  const held = permissions.add(3, PEER, 0, false);
  const free = permissions.add(3, addressOf('9.9.9.9'), 0, false);
  permissions.extend(held, 1_000);
  permissions.extend(free, 1_000);
  permissions.hold(held);
  permissions.hold(held);
  assert.equal(permissions.popExpired(at(1_000)), free);
  assert.equal(permissions.popExpired(at(1_000)), NO_ROW);
  assert.equal(permissions.find(3, PEER, 0), held);
  assert.equal(permissions.unhold(held, at(1_000)), false);
  assert.equal(permissions.isHeld(held), true);
  assert.equal(permissions.unhold(held, at(1_000)), true);
});

test('letting go of one that is live keeps it', () => {
  const permissions = table();
  const row = permissions.add(3, PEER, 0, false);
  permissions.extend(row, 1_000);
  permissions.hold(row);
  assert.equal(permissions.unhold(row, at(500)), false);
  assert.equal(permissions.popExpired(at(1_000)), row);
});

test('those of a relay can be told one after the other', () => {
  const permissions = table();
  const rows = ['8.8.8.1', '8.8.8.2', '8.8.8.3'].map((ip) => permissions.add(3, addressOf(ip), 0, false));
  permissions.add(4, PEER, 0, false);
  assert.deepEqual(rowsOf(permissions, 3), rows.toReversed());
  permissions.remove(rows[1] as number);
  assert.deepEqual(rowsOf(permissions, 3), [rows[2], rows[0]]);
  assert.deepEqual(rowsOf(permissions, 99), []);
});

test('a removed one is forgotten with its deadline', () => {
  const permissions = table();
  const row = permissions.add(3, PEER, 0, false);
  permissions.extend(row, 1_000);
  permissions.remove(row);
  assert.equal(permissions.find(3, PEER, 0), NO_ROW);
  assert.equal(permissions.peekDeadline(), Number.POSITIVE_INFINITY);
  assert.equal(permissions.size, 0);
});

test('it remembers whether ports matter, and whom it is for', () => {
  const permissions = table();
  const row = permissions.add(3, addressOf('[2606:4700::1]:53'), 0, true);
  assert.equal(permissions.isPortDependent(row), true);
  permissions.setPortDependent(row, false);
  assert.equal(permissions.isPortDependent(row), false);
  const out = new Uint32Array(5);
  permissions.readPeer(row, IPV6, out);
  assert.equal(formatTransportAddress(out), '[2606:4700::1]:0');
});

test('a number that is used anew begins without holds', () => {
  const permissions = table();
  const row = permissions.add(3, PEER, 0, true);
  permissions.hold(row);
  permissions.remove(row);
  assert.equal(permissions.add(3, PEER, 0, false), row);
  assert.deepEqual([permissions.isHeld(row), permissions.isPortDependent(row)], [false, false]);
});

test('each of many permissions keeps what is its own, and the number of one that is removed is used again', () => {
  const permissions = table();
  const rows = Array.from({ length: 200 }, (_, i) => {
    const row = permissions.add(i, PEER, 0, i % 2 === 0);
    permissions.extend(row, 1_000 + i);
    permissions.hold(row);
    return row;
  });
  for (const [i, row] of rows.entries()) {
    assert.deepEqual([permissions.isLive(row, at(999 + i)), permissions.isLive(row, at(1_000 + i))], [true, false]);
    assert.deepEqual([permissions.isPortDependent(row), permissions.isHeld(row)], [i % 2 === 0, true]);
  }
  permissions.remove(rows[7] as number);
  assert.equal(permissions.add(7, PEER, 0, false), rows[7]);
});
