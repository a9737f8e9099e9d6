import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UnixMs } from '../base/clock.ts';
import type { AccountId, KeyUid, Username } from '../contract/ids.ts';
import { QUOTA_KEY_WORDS, QUOTA_SCOPES, QuotaKeyMaker } from './quota-keys.ts';
import { addressOf } from './test-support/script-options.ts';
import { User } from './user.ts';

const SECRET = new Uint8Array(16).fill(3);
const claims = {
  keyUid: '0123456789abcdef0123456789abcdef' as KeyUid,
  customIdentifier: 'x',
  issuedAt: 0 as UnixMs,
  expiresAt: 0 as UnixMs,
};
const user = new User('alice' as Username, claims, () => '');
const client = addressOf('1.2.3.4:5');

test('every name tells its scope, so that equal words of two scopes are two things', () => {
  const keys = new QuotaKeyMaker(SECRET).make(user, 'alice' as AccountId, client, 0);
  const scopes = QUOTA_SCOPES.map((_, place) => (keys[place * QUOTA_KEY_WORDS] as number) & 7);
  assert.deepEqual(scopes, [1, 2, 3, 4, 5]);
  assert.deepEqual([...keys.subarray(8, 12)], [0x01234563, 0x89abcdef, 0x01234567, 0x89abcdef]);
  assert.deepEqual([...keys.subarray(16, 20)], [(4 << 3) | 5, 0x01020304, 0, 0]);
});

/** The words that a credential of this username is counted by. */
function credentialName(username: string, secret = SECRET, keyUid = claims.keyUid): string {
  const holder = new User(username as Username, { ...claims, keyUid }, () => '');
  return new QuotaKeyMaker(secret)
    .make(holder, 'a' as AccountId, client, 0)
    .subarray(0, QUOTA_KEY_WORDS)
    .join();
}

test('a username has another name under another secret, and of another key', () => {
  const names = [
    credentialName('alice'),
    credentialName('alice', new Uint8Array(16).fill(4)),
    credentialName('alice', SECRET, 'f'.repeat(32) as KeyUid),
    credentialName('alicf'),
    credentialName('alice\0'),
  ];
  assert.equal(new Set(names).size, names.length);
});

test('one bit more or less of a text turns each bit of its name about every other time', () => {
  const words = (username: string) => credentialName(username).split(',').map(Number);
  const turned = new Uint32Array(128);
  for (let number = 0; number < 1_000; number += 1) {
    const base = words(`user-${number}`);
    const other = words(`user-${number}`.replace(/\d$/, (digit) => String.fromCharCode(digit.charCodeAt(0) ^ 1)));
    for (let bit = 0; bit < 128; bit += 1) {
      const difference = (base[bit >>> 5] as number) ^ (other[bit >>> 5] as number);
      turned[bit] = (turned[bit] as number) + ((difference >>> (bit & 31)) & 1);
    }
  }
  const ofHash = [...turned].filter((_, bit) => bit >= 3);
  assert.ok(Math.min(...ofHash) > 400 && Math.max(...ofHash) < 600, ofHash.join());
});

test('a hundred thousand names that differ little are all different in half of their bits', () => {
  const halves = new Set<string>();
  for (let number = 0; number < 100_000; number += 1) {
    const [, b, c] = credentialName(`${number % 317}:user-${number}`).split(',');
    halves.add(`${b} ${c}`);
  }
  assert.equal(halves.size, 100_000);
});
