import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PASSWORD_HASHES_AT_ONCE, PASSWORD_HASHES_WAITING_MAX } from '../base/limits.ts';
import { NodePasswords } from './node-passwords.ts';

test('a password is verified by its own hash alone, which has a salt of its own', async () => {
  const passwords = new NodePasswords();
  const hash = await passwords.hash('crème brûlée');
  assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  assert.notEqual(await passwords.hash('crème brûlée'), hash);
  assert.equal(await passwords.verify('crème brûlée', hash), true);
  assert.equal(await passwords.verify('crème brûlée'.normalize('NFD'), hash), true);
  assert.equal(await passwords.verify('creme brulee', hash), false);
  assert.equal(await passwords.verify('', undefined), false);
});

test('what scrypt made, where there was no argon2, is verified', async () => {
  // Of the words "a few words together" and 16 zero bytes, made with Python's hashlib.
  const hash = '$scrypt$ln=17,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$2aFh3yZTldZzPLg8hbil+h3xoO4iEObWYGDAogIVySU';
  assert.equal(await new NodePasswords().verify('a few words together', hash), true);
  assert.equal(await new NodePasswords().verify('a few words', hash), false);
});

test('more than may wait are refused', async () => {
  const passwords = new NodePasswords();
  const count = PASSWORD_HASHES_AT_ONCE + PASSWORD_HASHES_WAITING_MAX;
  const waiting = Array.from({ length: count }, () => passwords.verify('x', undefined));
  await assert.rejects(passwords.verify('x', undefined), { code: 'passwords-busy' });
  assert.deepEqual(new Set(await Promise.all(waiting)), new Set([false]));
  assert.equal(await passwords.verify('x', undefined), false);
});
