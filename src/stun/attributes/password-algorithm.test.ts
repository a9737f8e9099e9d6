import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ATTRIBUTE_PASSWORD_ALGORITHM, ATTRIBUTE_PASSWORD_ALGORITHMS } from '../registry/attributes.ts';
import { PASSWORD_ALGORITHM_MD5, PASSWORD_ALGORITHM_SHA256 } from '../registry/password-algorithms.ts';
import { buildMessage, viewOf, viewOfAttribute } from '../test-support/build-message.ts';
import { readPasswordAlgorithm, readPasswordAlgorithms } from './password-algorithm.ts';

function readOne(...value: number[]): number {
  return readPasswordAlgorithm(viewOfAttribute(ATTRIBUTE_PASSWORD_ALGORITHM, value), 0);
}

function readList(...value: number[]): number[] | undefined {
  const out = new Uint16Array(4);
  const count = readPasswordAlgorithms(viewOfAttribute(ATTRIBUTE_PASSWORD_ALGORITHMS, value), 0, out);
  return count < 0 ? undefined : [...out.subarray(0, count)];
}

test('algorithms are read as they were written, in their order', () => {
  const one = viewOf(buildMessage((writer) => writer.addPasswordAlgorithm(PASSWORD_ALGORITHM_SHA256)));
  assert.equal(readPasswordAlgorithm(one, 0), PASSWORD_ALGORITHM_SHA256);
  const written = [PASSWORD_ALGORITHM_SHA256, PASSWORD_ALGORITHM_MD5, 0xffff];
  const list = viewOf(buildMessage((writer) => writer.addPasswordAlgorithms(written)));
  const out = new Uint16Array(4);
  assert.equal(readPasswordAlgorithms(list, 0, out), 3);
  assert.deepEqual([...out.subarray(0, 3)], written);
  assert.equal(readPasswordAlgorithms(list, 0, out.subarray(0, 2)), 2);
});

test('parameters are passed over, padded or, behind the last algorithm, not', () => {
  assert.equal(readOne(0, 9, 0, 1, 0xaa), 9);
  assert.equal(readOne(0, 9, 0, 1, 0xaa, 0, 0, 0), 9);
  assert.deepEqual(readList(0, 9, 0, 1, 0xaa, 0, 0, 0, 0, 2, 0, 0), [9, 2]);
  assert.deepEqual(readList(0, 2, 0, 0, 0, 9, 0, 3, 1, 2, 3), [2, 9]);
  assert.deepEqual(readList(), []);
});

test('a value that is cut short, or goes on, is malformed', () => {
  for (const value of [
    [],
    [0],
    [0, 2],
    [0, 2, 0],
    [0, 2, 0, 1],
    [0, 2, 0, 4, 1, 2, 3],
    [0, 2, 0, 0, 0],
    [0, 2, 0, 0, 0, 1, 0, 0],
  ]) {
    assert.equal(readOne(...value), -1, String(value));
  }
  for (const value of [[0], [0, 2, 0], [0, 2, 0, 1], [0, 2, 0, 0, 0], [0, 2, 0xff, 0xff, 0, 1, 0, 0]]) {
    assert.equal(readList(...value), undefined, String(value));
  }
});
