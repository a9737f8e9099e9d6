import assert from 'node:assert/strict';
import { createCipheriv, createHmac, hkdfSync } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { nodeHashes } from '../app/node-hashes.ts';
import { encodeUtf8 } from '../base/bytes.ts';
import { deriveInstallationKeys } from './credential.ts';
import type { KeyUid, SharedSecretId, Username } from './ids.ts';
import { deriveRestPassword, openSharedSecret, sealSharedSecret } from './shared-secret.ts';

const MASTER = Uint8Array.from({ length: 32 }, (_, i) => i);
const keys = deriveInstallationKeys(nodeHashes, MASTER);
const otherKeys = deriveInstallationKeys(nodeHashes, new Uint8Array(32).fill(7));
const name = { keyUid: '1'.repeat(32) as KeyUid, secretId: '2'.repeat(32) as SharedSecretId };
const secret = encodeUtf8('a secret that is shared');

test('a sealed secret agrees with node:crypto, step by step', () => {
  const derive = (info: string) => Buffer.from(hkdfSync('sha256', MASTER, '', info, 32));
  const siv = createHmac('sha256', derive('taciturn shared secret mac'))
    .update(Buffer.from(name.keyUid + name.secretId, 'hex'))
    .update(secret)
    .digest()
    .subarray(0, 16);
  const cipher = createCipheriv('aes-256-ctr', derive('taciturn shared secret cipher'), siv);
  const expected = Buffer.concat([siv, cipher.update(secret), cipher.final()]).toString('hex');
  assert.equal(sealSharedSecret(nodeHashes, keys, name, secret), expected);
});

test('it is opened by any of the keys that are accepted, and by no other', () => {
  const sealed = sealSharedSecret(nodeHashes, keys, name, secret);
  assert.deepEqual(openSharedSecret(nodeHashes, [keys], name, sealed), secret);
  assert.deepEqual(openSharedSecret(nodeHashes, [otherKeys, keys], name, sealed), secret);
  assert.equal(openSharedSecret(nodeHashes, [otherKeys], name, sealed), undefined);
});

test('it is of no use to another key, or under another id', () => {
  const sealed = sealSharedSecret(nodeHashes, keys, name, secret);
  const other = '3'.repeat(32);
  assert.equal(openSharedSecret(nodeHashes, [keys], { ...name, keyUid: other as KeyUid }, sealed), undefined);
  assert.equal(openSharedSecret(nodeHashes, [keys], { ...name, secretId: other as SharedSecretId }, sealed), undefined);
});

test('a changed bit, or any other text, is no sealed secret', () => {
  const sealed = sealSharedSecret(nodeHashes, keys, name, secret);
  fc.assert(
    fc.property(fc.nat(sealed.length * 4 - 1), fc.string({ maxLength: 80 }), (bit, text) => {
      const bytes = Buffer.from(sealed, 'hex');
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
      assert.equal(openSharedSecret(nodeHashes, [keys], name, bytes.toString('hex')), undefined);
      assert.equal(openSharedSecret(nodeHashes, [keys], name, text), undefined);
    }),
  );
});

test('a password is that of the draft, with padding, whatever the secret', () => {
  const username = '1700000000:alice' as Username;
  for (const text of ['north', 'ünïcødé ☎', 'x'.repeat(256)]) {
    const expected = createHmac('sha1', text).update(username).digest('base64');
    assert.equal(deriveRestPassword(nodeHashes, encodeUtf8(text), username), expected);
  }
});
