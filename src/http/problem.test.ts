import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ControlError, StoreError } from '../control/errors.ts';
import { formatProblem, HttpProblem, toProblem } from './problem.ts';
import { PROBLEM_KINDS, type ProblemCode } from './problem-codes.ts';

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

test('every 429 tells when to try again, more exactly where that is known', () => {
  const codes = (Object.keys(PROBLEM_KINDS) as ProblemCode[]).filter((code) => PROBLEM_KINDS[code].status === 429);
  assert.deepEqual(codes.toSorted(), [
    'too_many_account_streams',
    'too_many_requests',
    'too_many_sign_ins',
    'too_many_streams',
  ]);
  for (const code of codes) {
    assert.deepEqual(new HttpProblem(code).headers, { 'retry-after': '10' }, code);
    assert.deepEqual(new HttpProblem(code, { headers: { 'retry-after': '3' } }).headers, { 'retry-after': '3' }, code);
  }
});

test('what a member that does not match is told as is the route’s to say', () => {
  const refused = (instancePath: string, validationContext = 'querystring') =>
    toProblem({ validation: [{ instancePath }], validationContext }, { since: 'invalid_filter' });
  assert.equal(refused('/since').code, 'invalid_filter');
  assert.equal(refused('/since').pointer, undefined);
  assert.equal(refused('/since/0', 'body').pointer, '/since');
  for (const path of ['', '/until', '/constructor', '/__proto__']) {
    assert.equal(refused(path).code, 'invalid_body', path);
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
