import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError } from '../base/assert.ts';
import type { Instant, UnixMs } from '../base/clock.ts';
import { formatTransportAddress } from '../base/ip.ts';
import { SeededRandom } from '../base/seeded-random.ts';
import { IPV4, IPV6 } from '../base/socket-address.ts';
import type { AccountId, CredentialId, KeyUid, Username } from '../contract/ids.ts';
import type { Allocation } from './allocation.ts';
import { AllocationTable, NO_ALLOCATION, NO_RELAY } from './allocation-table.ts';
import type { ClientSocketId } from './path.ts';
import { addressOf } from './test-support/script-options.ts';
import { User } from './user.ts';

const KEY = '1'.repeat(32) as KeyUid;
const CLIENT = addressOf('198.51.100.1:4000');

function socketId(id: number): ClientSocketId {
  return id as ClientSocketId;
}

function record(username = 'alice', socket = 1, deadline = 5_000): Allocation {
  const claims = { keyUid: KEY, issuedAt: 0 as UnixMs, expiresAt: 9_000 as UnixMs, customIdentifier: '' };
  const clientSocket = { id: socketId(socket), transport: 'udp', local: CLIENT, isStream: socket > 1 } as const;
  return {
    user: new User(username as Username, claims, () => ''),
    accountId: 'default' as AccountId,
    socket: clientSocket,
    transactionId: new Uint8Array(12),
    dontFragment: false,
    pending: {
      socket: clientSocket,
      client: CLIENT,
      clientAt: 0,
      method: 3,
      transactionSource: new Uint8Array(12),
      transactionAt: 0,
      hasFingerprint: false,
      signature: { key: new Uint8Array(16), isSha256: false },
      requestLength: 0,
      lifetimeMs: 0,
      portWish: 'any',
      deadline: deadline as Instant,
      attemptsLeft: 0,
      claim: undefined,
    },
    reservationToken: undefined,
    addressError: undefined,
    permissionCount: 0,
    channelCount: 0,
  };
}

function table(max = 8): AllocationTable {
  return new AllocationTable(max, new SeededRandom(1));
}

test('an allocation is found by its 5-tuple, and is pending at first', () => {
  const allocations = table();
  const added = record();
  const allocation = allocations.add(added, CLIENT, 0);
  assert.equal(allocations.find(socketId(1), CLIENT, 0), allocation);
  assert.equal(allocations.find(socketId(2), CLIENT, 0), NO_ALLOCATION);
  assert.equal(allocations.find(socketId(1), addressOf('198.51.100.1:4001'), 0), NO_ALLOCATION);
  assert.equal(allocations.recordOf(allocation), added);
  assert.deepEqual([allocations.isLive(allocation), allocations.size, allocations.pendingCount], [false, 1, 1]);
  assert.deepEqual(
    [allocations.relayOf(allocation, IPV4), allocations.relayOf(allocation, IPV6)],
    [NO_RELAY, NO_RELAY],
  );
});

test('it knows where its client is', () => {
  const allocations = table();
  const first = allocations.add(record('alice', 1), CLIENT, 0);
  const second = allocations.add(record('bob', 2), addressOf('[2001:db8::1]:4000'), 0);
  assert.deepEqual([allocations.socketOf(first), allocations.isStream(first)], [1, false]);
  assert.deepEqual([allocations.socketOf(second), allocations.isStream(second)], [2, true]);
  assert.equal(formatTransportAddress(allocations.clients, allocations.clientAt(second)), '[2001:db8::1]:4000');
});

test('it has a relay of each family, or none', () => {
  const allocations = table();
  const allocation = allocations.add(record(), CLIENT, 0);
  allocations.setRelay(allocation, IPV6, 0);
  assert.deepEqual([allocations.relayOf(allocation, IPV4), allocations.relayOf(allocation, IPV6)], [NO_RELAY, 0]);
  assert.deepEqual(allocations.relaysOf(allocation), [0]);
  allocations.setRelay(allocation, IPV4, 1);
  assert.deepEqual(allocations.relaysOf(allocation), [1, 0]);
  allocations.setRelay(allocation, IPV6, NO_RELAY);
  assert.equal(allocations.relayOf(allocation, IPV6), NO_RELAY);
});

test('allocations are told by socket, username and key', () => {
  const allocations = table();
  const a = allocations.add(record('alice', 1), addressOf('198.51.100.1:1'), 0);
  const b = allocations.add(record('alice', 1), addressOf('198.51.100.1:2'), 0);
  const c = allocations.add(record('bob', 2), addressOf('198.51.100.1:3'), 0);
  assert.deepEqual([...allocations.onSocket(socketId(1))], [a, b]);
  assert.deepEqual([...allocations.ofCredential('bob' as CredentialId)], [c]);
  assert.deepEqual([...allocations.ofKey(KEY)], [a, b, c]);
  allocations.remove(a);
  assert.deepEqual([...allocations.onSocket(socketId(1))], [b]);
  assert.deepEqual([...allocations.ofCredential('alice' as CredentialId)], [b]);
  assert.deepEqual([...allocations.ofKey(KEY)], [b, c]);
  assert.deepEqual([...allocations.ofCredential('carol' as CredentialId)], []);
});

test('a pending one is given up in time, a live one not', () => {
  const allocations = table();
  const allocation = allocations.add(record(), CLIENT, 0);
  assert.equal(allocations.peekPendingDeadline(), 5_000);
  assert.equal(allocations.popPendingExpired(4_999), -1);
  allocations.markLive(allocation, 7 as Instant);
  assert.equal(allocations.popPendingExpired(5_000), -1);
  assert.deepEqual([allocations.liveCount, allocations.pendingCount], [1, 0]);
});

test('either ends with its credential', () => {
  const allocations = table();
  const allocation = allocations.add(record(), CLIENT, 0);
  assert.equal(allocations.peekCredentialDeadline(), 9_000);
  assert.equal(allocations.popCredentialExpired(8_999), -1);
  assert.equal(allocations.popCredentialExpired(9_000), allocation);
});

test('a removed one is forgotten wherever it was known', () => {
  const allocations = table();
  const allocation = allocations.add(record(), CLIENT, 0);
  allocations.markLive(allocation, 7 as Instant);
  allocations.remove(allocation);
  assert.equal(allocations.find(socketId(1), CLIENT, 0), NO_ALLOCATION);
  assert.deepEqual([allocations.size, allocations.liveCount], [0, 0]);
  assert.equal(allocations.isLive(allocation), false);
  assert.equal(allocations.peekCredentialDeadline(), Number.POSITIVE_INFINITY);
  assert.equal(allocations.peekPendingDeadline(), Number.POSITIVE_INFINITY);
  assert.deepEqual([...allocations.ofKey(KEY)], []);
});

test('only live ones are visited', () => {
  const allocations = table();
  const rows = [1, 2, 3].map((n) => allocations.add(record(), addressOf(`198.51.100.${n}:1`), 0));
  allocations.markLive(rows[0] as number, 7 as Instant);
  allocations.markLive(rows[2] as number, 7 as Instant);
  const visited: number[] = [];
  allocations.forEachLive((allocation) => visited.push(allocation));
  assert.deepEqual(visited, [rows[0], rows[2]]);
});

test('more than there is room for is a bug', () => {
  const allocations = table(1);
  allocations.add(record(), CLIENT, 0);
  assert.throws(() => allocations.add(record(), addressOf('198.51.100.2:1'), 0), AssertionError);
});

test('a live one has a serial that no other has, and the revision of its last change', () => {
  const allocations = table();
  const [a, b] = [1, 2].map((n) => allocations.add(record(), addressOf(`198.51.100.${n}:1`), 0)) as [number, number];
  allocations.markLive(a, 7 as Instant);
  allocations.markLive(b, 8 as Instant);
  assert.deepEqual([allocations.serialOf(a), allocations.serialOf(b)], [1, 2]);
  assert.deepEqual([allocations.startedAt(a), allocations.startedAt(b)], [7, 8]);
  allocations.noteChange(a);
  assert.deepEqual([allocations.revisionOf(a), allocations.revisionOf(b), allocations.revision], [3, 2, 3]);
  assert.equal(allocations.serialOf(a), 1);
});
