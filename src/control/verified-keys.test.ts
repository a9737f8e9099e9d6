import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant, UnixMs } from '../base/clock.ts';
import { VERIFIED_KEY_AGE_MS_MAX, VERIFIED_KEYS_MAX } from '../base/limits.ts';
import type { AccountId, KeyUid } from '../contract/ids.ts';
import { VerifiedKeys } from './verified-keys.ts';

const uidOf = (i: number) => i.toString(16).padStart(32, '0') as KeyUid;
const now = 10 as Instant;

function storedKey(i: number) {
  const moment = 1 as UnixMs;
  const key = { uid: uidOf(i), accountId: 'default' as AccountId, name: '', createdAt: moment, modifiedAt: moment };
  return { key, tokenHash: `${i}`, previous: undefined };
}

test('a verified key is remembered for its age, or until it is dropped', () => {
  const keys = new VerifiedKeys();
  keys.put(storedKey(1), keys.generation, now);
  assert.deepEqual(keys.find(uidOf(1), (now + VERIFIED_KEY_AGE_MS_MAX - 1) as Instant), storedKey(1));
  assert.equal(keys.find(uidOf(1), (now + VERIFIED_KEY_AGE_MS_MAX) as Instant), undefined);
  keys.drop(uidOf(1));
  assert.equal(keys.find(uidOf(1), now), undefined);
});

test('a key is found by its token and by the one before it, as long as it is remembered', () => {
  const keys = new VerifiedKeys();
  const rolled = { ...storedKey(1), tokenHash: 'new', previous: { tokenHash: 'old', validUntil: 5 as UnixMs } };
  keys.put(storedKey(1), keys.generation, now);
  keys.put(rolled, keys.generation, now);
  assert.deepEqual(keys.findByToken('new', now), rolled);
  assert.deepEqual(keys.findByToken('old', now), rolled);
  assert.equal(keys.findByToken('1', now), undefined, 'the token that the key had then');
  assert.equal(keys.findByToken('new', (now + VERIFIED_KEY_AGE_MS_MAX) as Instant), undefined);
  keys.drop(uidOf(1));
  assert.equal(keys.findByToken('new', now), undefined);
  assert.equal(keys.findByToken('old', now), undefined);
});

test('what was read before a drop is not remembered', () => {
  const keys = new VerifiedKeys();
  const { generation } = keys;
  keys.drop(uidOf(2));
  keys.put(storedKey(1), generation, now);
  assert.equal(keys.find(uidOf(1), now), undefined);
});

test('the oldest makes room', () => {
  const keys = new VerifiedKeys();
  for (let i = 0; i <= VERIFIED_KEYS_MAX; i += 1) {
    keys.put(storedKey(i), keys.generation, now);
  }
  assert.equal(keys.find(uidOf(0), now), undefined);
  assert.ok(keys.find(uidOf(1), now));
  assert.ok(keys.find(uidOf(VERIFIED_KEYS_MAX), now));
});
