import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseJsonObject } from './parse-json-object.ts';

test('an object is read, and an empty body is an empty object', () => {
  assert.deepEqual(parseJsonObject(Buffer.from('{"ttl": 1}')), { ttl: 1 });
  assert.deepEqual(parseJsonObject(Buffer.from('')), {});
  assert.deepEqual(parseJsonObject(Buffer.from('\ufeff{}')), {}, 'after a byte order mark');
});

test('a member named __proto__ is a member like any other', () => {
  const value = parseJsonObject(Buffer.from('{"__proto__": {"ttl": 5}}'));
  assert.equal(value.ttl, undefined);
});

test('everything else is refused', () => {
  for (const text of ['null', '[]', '1', '"x"', 'true', '{', '{"ttl": 1}}', 'ttl=1', ' ', '\u0000']) {
    assert.throws(() => parseJsonObject(Buffer.from(text)), { code: 'invalid_body' }, text);
  }
  assert.throws(() => parseJsonObject(Buffer.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)), { code: 'invalid_body' });
});
