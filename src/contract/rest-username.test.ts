import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { nodeHashes } from '../app/node-hashes.ts';
import type { KeyUid, Username } from './ids.ts';
import { identifyCredential, isRestUsername, parseRestUsername } from './rest-username.ts';

const KEY = '1'.repeat(32) as KeyUid;
const OTHER_KEY = '2'.repeat(32) as KeyUid;

function parse(username: string) {
  return parseRestUsername(nodeHashes, username as Username);
}

const READ: readonly (readonly [username: string, expiresAt: number, customIdentifier: string])[] = [
  ['1700000000:alice', 1_700_000_000_000, 'alice'],
  ['1700000000', 1_700_000_000_000, ''],
  ['1700000000:', 1_700_000_000_000, ''],
  ['1700000000:@alice:example.org', 1_700_000_000_000, '@alice:example.org'],
  ['1700000000:12345', 1_700_000_000_000, '12345'],
  ['1700000000:Ünïcødé 😀', 1_700_000_000_000, 'Ünïcødé 😀'],
  ['1700000000:two\nlines', 1_700_000_000_000, 'two\nlines'],
  ['0:x', 0, 'x'],
  ['0001700000:x', 1_700_000_000, 'x'],
  ['9999999999:x', 9_999_999_999_000, 'x'],
];
for (const [username, expiresAt, customIdentifier] of READ) {
  test(`${JSON.stringify(username)} says when it expires, and whose it is`, () => {
    assert.deepEqual(parse(username), { expiresAt, customIdentifier });
  });
}

const REFUSED: readonly (readonly [what: string, username: string])[] = [
  ['no username', ''],
  ['a user alone', 'alice'],
  ['the user first', 'alice:1700000000'],
  ['milliseconds', '1700000000000:alice'],
  ['more digits than numbers are exact with', `${'9'.repeat(40)}:alice`],
  ['a fraction', '1700000000.5:alice'],
  ['a sign', '-1700000000:alice'],
  ['a space', ' 1700000000:alice'],
  ['digits of another script', '１７０００００００:alice'],
  ['another separator', '1700000000_alice'],
  ['U+0000', '1700000000:al\0ice'],
  ['more than 508 bytes', `1700000000:${'x'.repeat(498)}`],
  ['a username that we issue', 'ab'.repeat(48)],
  ['one of digits alone', '12'.repeat(48)],
];
for (const [what, username] of REFUSED) {
  test(`${what} is not of the draft's form`, () => {
    assert.equal(parse(username), undefined);
  });
}

test('a user of 64 bytes is a custom identifier as it is; a longer one begins like it, and ends in its hash', () => {
  const identifierOf = (user: string) => parse(`1700000000:${user}`)?.customIdentifier;
  const hashOf = (user: string) => createHash('sha256').update(user).digest('hex').slice(0, 16);
  assert.equal(identifierOf('x'.repeat(64)), 'x'.repeat(64));
  assert.equal(identifierOf('x'.repeat(65)), `${'x'.repeat(47)}~${hashOf('x'.repeat(65))}`);
  // 23 characters of two bytes and one of one are 47 bytes; a 24th would be 48.
  assert.equal(identifierOf('ü'.repeat(33)), `${'ü'.repeat(23)}~${hashOf('ü'.repeat(33))}`);
  assert.equal(identifierOf('😀'.repeat(17)), `${'😀'.repeat(11)}~${hashOf('😀'.repeat(17))}`);
  assert.notEqual(identifierOf(`${'x'.repeat(70)}1`), identifierOf(`${'x'.repeat(70)}2`));
});

test('whatever the user, its custom identifier has at most 64 bytes and is well-formed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (user) => {
      const parsed = parse(`1700000000:${user}`);
      const fits = !user.includes('\0') && Buffer.byteLength(user) <= 497;
      assert.equal(parsed !== undefined, fits);
      assert.ok(Buffer.byteLength(parsed?.customIdentifier ?? '') <= 64);
      assert.ok((parsed?.customIdentifier ?? '').isWellFormed());
    }),
  );
});

test('the same username under two keys is two credentials; one that we issued is one', () => {
  const rest = '1700000000:alice' as Username;
  const issued = 'ab'.repeat(48) as Username;
  assert.ok(isRestUsername(rest));
  assert.ok(!isRestUsername(issued));
  assert.notEqual(identifyCredential(KEY, rest), identifyCredential(OTHER_KEY, rest));
  assert.equal(identifyCredential(KEY, issued), identifyCredential(OTHER_KEY, issued));
});
