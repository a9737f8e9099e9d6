import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../base/clock.ts';
import { SeededRandom } from '../base/seeded-random.ts';
import { Reservations, workerOfToken } from './reservations.ts';

const NOW = 1_000 as Instant;
const PORT = { relayAddress: 1, port: 50_001 };

function reservations(worker = 3, max = 2): Reservations {
  return new Reservations(worker, max, new SeededRandom(1));
}

test('a port is handed out to whoever brings its token, once', () => {
  const kept = reservations();
  const token = kept.add(PORT, NOW) as Uint8Array;
  assert.equal(token.length, 8);
  assert.equal(workerOfToken(token), 3);
  assert.deepEqual(kept.claim(token), PORT);
  assert.equal(kept.claim(token), undefined);
  assert.equal(kept.size, 0);
});

test('any other token is none', () => {
  const kept = reservations();
  const token = kept.add(PORT, NOW) as Uint8Array;
  for (let i = 0; i < token.length; i += 1) {
    const other = token.slice();
    other[i] = (other[i] as number) ^ 1;
    assert.equal(kept.claim(other), undefined);
  }
});

test('tokens differ', () => {
  const kept = reservations();
  assert.notDeepEqual(kept.add(PORT, NOW), kept.add(PORT, NOW));
});

test('nobody came for 30 seconds: the port is free again', () => {
  const kept = reservations();
  const token = kept.add(PORT, NOW) as Uint8Array;
  assert.equal(kept.peekDeadline(), NOW + 30_000);
  assert.equal(kept.popExpired((NOW + 29_999) as Instant), undefined);
  assert.deepEqual(kept.popExpired((NOW + 30_000) as Instant), PORT);
  assert.equal(kept.claim(token), undefined);
  assert.equal(kept.peekDeadline(), Number.POSITIVE_INFINITY);
});

test('there is a limit, and it counts what is kept now', () => {
  const kept = reservations();
  const token = kept.add(PORT, NOW) as Uint8Array;
  kept.add(PORT, NOW);
  assert.equal(kept.add(PORT, NOW), undefined);
  kept.claim(token);
  assert.notEqual(kept.add(PORT, NOW), undefined);
});
