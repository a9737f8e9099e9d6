import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBearerToken } from './bearer-token.ts';

test('the scheme is read in any case, and spaces around the token are skipped', () => {
  assert.equal(parseBearerToken('Bearer abc'), 'abc');
  assert.equal(parseBearerToken('bearer   a-b._~+/=!'), 'a-b._~+/=!');
  assert.equal(parseBearerToken('BEARER abc '), 'abc');
});

test('anything else is no bearer token', () => {
  for (const text of [undefined, '', 'abc', 'Bearer', 'Bearer ', 'Bearerabc', 'Basic abc', 'Bearer a b', 'Bearer é']) {
    assert.equal(parseBearerToken(text), undefined, String(text));
  }
});
