import { AssertionError } from 'node:assert/strict';
import { inspect } from 'node:util';

/**
 * A `node:test` reporter: one line of JSON for each test that ended, as `FinishedTest` in run-file.ts has it.
 * node:test asks for a default export.
 * @param {AsyncIterable<import('node:test/reporters').TestEvent>} source
 */
export default async function* eventReporter(source) {
  /** @type {string[]} */
  const names = [];
  for await (const { type, data } of source) {
    if (type === 'test:start') {
      names.length = data.nesting;
      names.push(data.name);
    } else if (type === 'test:pass' || type === 'test:fail') {
      const path = [...names.slice(0, data.nesting), data.name];
      const error = type === 'test:fail' ? data.details.error : undefined;
      if (data.details.type !== 'suite' && !isEcho(error)) {
        yield `${JSON.stringify({ path, state: stateOf(type, data), line: data.line, error: describe(error) })}\n`;
      }
    }
  }
}

/**
 * @param {'test:pass' | 'test:fail'} type
 * @param {{ skip?: string | boolean, todo?: string | boolean }} data
 */
function stateOf(type, data) {
  if (data.skip !== undefined && data.skip !== false) {
    return 'skipped';
  }
  // A test that is still to be written proves nothing, whatever it did.
  const isUnwritten = data.todo !== undefined && data.todo !== false;
  return type === 'test:pass' && !isUnwritten ? 'passed' : 'failed';
}

/**
 * Whether a failure only repeats that of a test within.
 * @param {Error | undefined} error
 */
function isEcho(error) {
  return error !== undefined && 'failureType' in error && error.failureType === 'subtestsFailed';
}

/**
 * The error that a test threw, without the frames of Node itself.
 * @param {Error | undefined} error
 */
function describe(error) {
  if (error === undefined) {
    return '';
  }
  const thrown = error.cause ?? error;
  // An assertion's message shows both values already; its own properties would repeat them.
  const text = thrown instanceof AssertionError ? String(thrown.stack) : inspect(thrown, { depth: 4 });
  return text.replace(/^ +at .*(node:|<anonymous>\)$).*\n?/gm, '').trimEnd();
}
