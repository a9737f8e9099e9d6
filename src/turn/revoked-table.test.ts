import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeHashes } from '../app/node-hashes.ts';
import type { CredentialId } from '../contract/ids.ts';
import { RevokedTable, TABLE_SECRET_BYTES } from './revoked-table.ts';

const ALICE = 'alice' as CredentialId;
const BOB = 'bob' as CredentialId;

function memoryOf(capacity: number, secret = 1): ArrayBuffer {
  const memory = new ArrayBuffer(RevokedTable.bytesOf(capacity));
  new Uint8Array(memory).fill(secret, 0, TABLE_SECRET_BYTES);
  return memory;
}

test('a reader of the same memory finds what the writer inserts', () => {
  const memory = memoryOf(8);
  const [writer, reader] = [new RevokedTable(nodeHashes, memory), new RevokedTable(nodeHashes, memory)];
  assert.equal(reader.capacity, 8);
  assert.equal(reader.has(ALICE), false);
  assert.equal(writer.insert(ALICE, 10), true);
  assert.equal(writer.insert(ALICE, 10), false);
  assert.equal(reader.has(ALICE), true);
  assert.equal(reader.has(BOB), false);
});

test('which row a username falls on depends on the secret', () => {
  const images = [1, 2].map((secret) => {
    const memory = memoryOf(8, secret);
    new RevokedTable(nodeHashes, memory).insert(ALICE, 10);
    return new Uint8Array(memory.slice(TABLE_SECRET_BYTES + 4));
  });
  assert.notDeepEqual(images[0], images[1]);
});

test('rows are counted, and copied, by their expiry', () => {
  const table = new RevokedTable(nodeHashes, memoryOf(8));
  table.insert(ALICE, 10);
  table.insert(BOB, 20);
  assert.deepEqual([table.countAfter(9), table.countAfter(10), table.countAfter(20)], [2, 1, 0]);
  const other = new RevokedTable(nodeHashes, memoryOf(4));
  assert.equal(table.copyTo(other, 10), 20);
  assert.deepEqual([other.has(ALICE), other.has(BOB)], [false, true]);
  assert.equal(table.copyTo(new RevokedTable(nodeHashes, memoryOf(4)), 20), Number.POSITIVE_INFINITY);
});
