import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeHashes } from '../app/node-hashes.ts';
import { encodeHex, encodeUtf8 } from '../base/bytes.ts';
import type { UnixMs } from '../base/clock.ts';
import type { KeyUid, Username } from '../contract/ids.ts';
import { PASSWORD_ALGORITHM_MD5, PASSWORD_ALGORITHM_SHA256 } from '../stun/registry/password-algorithms.ts';
import { User } from './user.ts';

const claims = {
  keyUid: '1'.repeat(32) as KeyUid,
  issuedAt: 0 as UnixMs,
  expiresAt: 0 as UnixMs,
  customIdentifier: '',
};
const realm = encodeUtf8('realm');

test('the key of MD5 is that of the example in RFC 8489', () => {
  const user = new User('user' as Username, claims, () => 'pass');
  const key = user.keyFor(PASSWORD_ALGORITHM_MD5, nodeHashes, realm);
  assert.equal(encodeHex(key), '8493fbc53ba582fb4c044c456bdc40eb');
});

test('a client that names no algorithm has the key of MD5', () => {
  const user = new User('user' as Username, claims, () => 'pass');
  assert.equal(user.keyFor(0, nodeHashes, realm), user.keyFor(PASSWORD_ALGORITHM_MD5, nodeHashes, realm));
});

test('the key of SHA-256 is the hash of the same text', () => {
  const user = new User('user' as Username, claims, () => 'pass');
  const key = user.keyFor(PASSWORD_ALGORITHM_SHA256, nodeHashes, realm);
  assert.deepEqual(key, nodeHashes.sha256(encodeUtf8('user:realm:pass')));
});

test('each key is made once', () => {
  const user = new User('user' as Username, claims, () => 'pass');
  let made = 0;
  const hashes = {
    ...nodeHashes,
    md5: (data: Uint8Array) => {
      made += 1;
      return nodeHashes.md5(data);
    },
  };
  user.keyFor(PASSWORD_ALGORITHM_MD5, hashes, realm);
  user.keyFor(PASSWORD_ALGORITHM_MD5, hashes, realm);
  assert.equal(made, 1);
});

test('the password is asked for with each key, and not kept', () => {
  let asked = 0;
  const user = new User('user' as Username, claims, () => {
    asked += 1;
    return 'pass';
  });
  user.keyFor(PASSWORD_ALGORITHM_MD5, nodeHashes, realm);
  user.keyFor(PASSWORD_ALGORITHM_SHA256, nodeHashes, realm);
  user.keyFor(PASSWORD_ALGORITHM_SHA256, nodeHashes, realm);
  assert.equal(asked, 2);
});
