import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ControlError, StoreError } from '../control/errors.ts';
import { formatProblem, HttpProblem, toProblem } from './problem.ts';

test('what a use case refused is told as it says it, with the member at fault', () => {
  const problem = toProblem(new ControlError('invalid-name', 'too long', '/name'));
  assert.equal(problem.kind.status, 400);
  assert.deepEqual(formatProblem(problem, '/v1/x'), { errorCode: 'invalid_name', errorDescription: 'too long' });
  assert.deepEqual(formatProblem(problem, '/client/v4/x?y'), {
    success: false,
    errors: [{ code: 2006, message: 'too long', source: { pointer: '/name' } }],
    messages: [],
    result: null,
  });
});

test('a failure of the store is told without its message, which names our files', () => {
  const codes = ['database-locked', 'disk-full', 'database-corrupt'] as const;
  const problems = codes.map((code) => toProblem(new StoreError(code, '/var/lib/taciturn is broken')));
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['unavailable', 'unavailable', 'internal_error'],
  );
  assert.ok(problems.every(({ message }) => !message.includes('taciturn')));
});

test('anything else that is thrown is an internal error', () => {
  for (const thrown of [new TypeError('x'), 'text', undefined, null, { code: 'EPIPE' }]) {
    const problem = toProblem(thrown);
    assert.deepEqual([problem.code, problem.message], ['internal_error', 'An internal error occurred.']);
  }
});

test('the envelope is for the paths below /client/v4 alone', () => {
  const problem = new HttpProblem('unauthorized');
  for (const url of ['/client/v4', '/client/v4?x', '/client/v4#x', '/client/v4/accounts', 'http://x:1/client/v4/y']) {
    assert.ok('success' in formatProblem(problem, url), url);
  }
  for (const url of ['', '/', '/client/v4x', '/x/client/v4', '/?/client/v4/', 'http://x/v1/client/v4']) {
    assert.ok('errorCode' in formatProblem(problem, url), url);
  }
});
