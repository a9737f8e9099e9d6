import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeHex } from '../base/bytes.ts';
import { SeededRandom } from '../base/seeded-random.ts';
import { TransactionIds } from './transaction-ids.ts';

test('no identifier comes twice, however many are asked for', () => {
  const ids = new TransactionIds(new SeededRandom(1));
  const seen = new Set<string>();
  for (let i = 0; i < 1_000; i += 1) {
    const at = ids.next();
    seen.add(encodeHex(ids.bytes.subarray(at, at + 12)));
  }
  assert.equal(seen.size, 1_000);
});
