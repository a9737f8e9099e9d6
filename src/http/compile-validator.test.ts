import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { compileValidator } from './compile-validator.ts';

const schema = Type.Object({ page: Type.Optional(Type.Integer({ minimum: 1 })), name: Type.Optional(Type.String()) });

function validate(httpPart: string, value: unknown): { value?: unknown; error?: unknown } {
  const check = compileValidator({ schema, httpPart, method: 'GET', url: '/' });
  return check(value) as { value?: unknown; error?: unknown };
}

test('whole numbers of a query are read, and other text stays text', () => {
  assert.deepEqual(validate('querystring', { page: '12', name: '12' }), { value: { page: 12, name: '12' } });
  assert.deepEqual(validate('querystring', { other: '1' }), { value: { other: '1' } });
  for (const page of ['0', '-1', '1.5', '1e2', ' 1', '', 'x', ['1', '2']]) {
    assert.ok(validate('querystring', { page }).error, JSON.stringify(page));
  }
});

test('nothing of a body is converted', () => {
  assert.deepEqual(validate('body', { page: 1 }), { value: { page: 1 } });
  assert.ok(validate('body', { page: '1' }).error);
});
