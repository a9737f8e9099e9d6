import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError, assert as assertInvariant, unreachable } from './assert.ts';

test('a true condition passes, a false one throws with the invariant', () => {
  assertInvariant(true, 'holds');
  assert.throws(() => assertInvariant(false, 'one and one is three'), new AssertionError('one and one is three'));
});

test('an impossible branch throws when it is reached all the same', () => {
  assert.throws(() => unreachable('surprise' as never), new AssertionError('unreachable: surprise'));
});

test('the error has a name of its own', () => {
  assert.equal(new AssertionError('x').name, 'AssertionError');
});
