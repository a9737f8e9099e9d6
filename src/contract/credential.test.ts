import assert from 'node:assert/strict';
import { createCipheriv, createHmac, hkdfSync } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { nodeHashes } from '../app/node-hashes.ts';
import type { UnixMs } from '../base/clock.ts';
import {
  decodeUsername,
  deriveCredential,
  deriveInstallationKeys,
  deriveSigningSecret,
  encodeUsername,
  type UsernameInput,
} from './credential.ts';
import type { KeyUid, Username } from './ids.ts';

const hashes = nodeHashes;
const masterSecret = Uint8Array.from({ length: 32 }, (_, i) => i);
const keys = deriveInstallationKeys(hashes, masterSecret);
const otherKeys = deriveInstallationKeys(hashes, new Uint8Array(32).fill(7));
const keyUid = '00112233445566778899aabbccddeeff' as KeyUid;

const plain: UsernameInput = {
  keyUid,
  issuedAt: 1_700_000_000_123 as UnixMs,
  expiresAt: 1_700_086_401_000 as UnixMs,
  customIdentifier: '',
  random: Uint8Array.from([1, 2, 3, 4, 5, 6]),
};

/* Computed once outside the project, with Python's hmac and `openssl enc -aes-256-ctr`. */
const FIXED_USERNAME =
  '6335a8f2da4e61734526cb56a63611547a6bb161aace1bbe56517801b6ed971cb2c9564181ec5e0915bfd8951d669878';
const FIXED_CREDENTIAL =
  'ea1fbf64da3eb9d7120f71442a7cdada2adc84f273b01ab1f8ce98ef7253665184030e035ae0fb21d15d3c161b2057e8';

/** The layout of the module's docstring, computed with node:crypto alone. */
function referenceUsername(identifier: string): string {
  const claims = ['018bcfe5687b', '010203040506', keyUid, '65554281'].join('');
  const plaintext = Buffer.concat([Buffer.from(claims, 'hex'), Buffer.from(identifier, 'utf8')]);
  const macKey = Buffer.from(hkdfSync('sha256', masterSecret, '', 'taciturn username mac', 32));
  const cipherKey = Buffer.from(hkdfSync('sha256', masterSecret, '', 'taciturn username cipher', 32));
  const siv = createHmac('sha256', macKey).update(plaintext).digest().subarray(0, 16);
  const cipher = createCipheriv('aes-256-ctr', cipherKey, siv);
  return Buffer.concat([siv, cipher.update(plaintext), cipher.final()]).toString('hex');
}

function referenceCredential(username: string): string {
  const info = Buffer.concat([Buffer.from('taciturn signing secret'), Buffer.from(keyUid, 'hex')]);
  const secret = Buffer.from(hkdfSync('sha256', masterSecret, '', info, 48));
  return createHmac('sha384', secret).update(username, 'ascii').digest('hex');
}

const inputs = fc.record({
  keyUid: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((b) => Buffer.from(b).toString('hex') as KeyUid),
  issuedAt: fc.integer({ min: 0, max: 2 ** 48 - 1 }) as fc.Arbitrary<UnixMs>,
  expiresAt: fc.integer({ min: 0, max: 2 ** 32 - 1 }).map((seconds) => (seconds * 1000) as UnixMs),
  customIdentifier: fc.string({ unit: 'binary', maxLength: 64 }).filter((text) => Buffer.byteLength(text) <= 64),
  random: fc.uint8Array({ minLength: 6, maxLength: 6 }),
});

describe('credential', () => {
  for (const identifier of ['', 'user4523958', 'ünïcødé ☎ 😀', 'x'.repeat(64)]) {
    test(`agrees with node:crypto, step by step, for the custom identifier ${JSON.stringify(identifier)}`, () => {
      const username = encodeUsername(hashes, keys, { ...plain, customIdentifier: identifier });
      assert.equal(username, referenceUsername(identifier));
      assert.equal(deriveCredential(hashes, keys, keyUid, username), referenceCredential(username));
      assert.equal(username.length, 96 + 2 * Buffer.byteLength(identifier));
    });
  }

  test('has not changed: usernames issued by one version are accepted by the next', () => {
    const username = encodeUsername(hashes, keys, plain);
    assert.equal(username, FIXED_USERNAME);
    assert.equal(deriveCredential(hashes, keys, keyUid, username), FIXED_CREDENTIAL);
  });

  test('the signing secret differs from key to key', () => {
    const other = 'ffeeddccbbaa99887766554433221100' as KeyUid;
    assert.equal(deriveSigningSecret(hashes, keys, keyUid).length, 48);
    assert.notDeepEqual(deriveSigningSecret(hashes, keys, keyUid), deriveSigningSecret(hashes, keys, other));
  });

  test('a username says what went into it', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const username = encodeUsername(hashes, keys, input);
        const { random: _, ...claims } = input;
        assert.deepEqual(decodeUsername(hashes, [keys], username), { ...claims, keys });
      }),
    );
  });

  test('a changed bit, digit or length makes it nobody’s', () => {
    fc.assert(
      fc.property(inputs, fc.nat(), fc.integer({ min: 0, max: 7 }), (input, position, bit) => {
        const username = encodeUsername(hashes, keys, input);
        const bytes = Buffer.from(username, 'latin1');
        const at = position % bytes.length;
        bytes[at] = (bytes[at] as number) ^ (1 << bit);
        for (const changed of [bytes.toString('latin1'), username.slice(0, -2), `${username}00`, `00${username}`]) {
          assert.equal(decodeUsername(hashes, [keys], changed as Username), undefined);
        }
      }),
    );
  });

  test('any text is decoded without an exception', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.stringMatching(/^[0-9a-f]{90,240}$/),
      fc.constant(''),
    );
    fc.assert(
      fc.property(texts, (text) => {
        assert.equal(decodeUsername(hashes, [keys, otherKeys], text as Username), undefined);
      }),
    );
  });

  test('upper-case digits are another text, and so nobody’s: a revoked username has no second spelling', () => {
    const username = encodeUsername(hashes, keys, plain);
    assert.notEqual(username, username.toUpperCase());
    assert.equal(decodeUsername(hashes, [keys], username.toUpperCase() as Username), undefined);
  });

  test('a former master secret is accepted beside the current one, and named', () => {
    const username = encodeUsername(hashes, otherKeys, plain);
    assert.equal(decodeUsername(hashes, [keys, otherKeys], username)?.keys, otherKeys);
    assert.equal(decodeUsername(hashes, [keys], username), undefined);
    assert.equal(decodeUsername(hashes, [], username), undefined);
  });

  test('equal claims with other random bytes give an unrelated username', () => {
    const one = encodeUsername(hashes, keys, plain);
    const two = encodeUsername(hashes, keys, { ...plain, random: new Uint8Array(6) });
    assert.notEqual(one.slice(0, 32), two.slice(0, 32));
    assert.notEqual(one.slice(-32), two.slice(-32));
  });

  test('claims that do not fit are a bug of the caller', () => {
    const bad: readonly Partial<UsernameInput>[] = [
      { customIdentifier: 'x'.repeat(65) },
      { expiresAt: 1_500 as UnixMs },
      { expiresAt: (2 ** 32 * 1000) as UnixMs },
      { issuedAt: -1 as UnixMs },
      { issuedAt: (2 ** 48) as UnixMs },
      { random: new Uint8Array(5) },
      { keyUid: 'abc' as KeyUid },
    ];
    for (const change of bad) {
      assert.throws(() => encodeUsername(hashes, keys, { ...plain, ...change }), { name: 'AssertionError' });
    }
    assert.throws(() => deriveInstallationKeys(hashes, new Uint8Array(31)), { name: 'AssertionError' });
  });
});
