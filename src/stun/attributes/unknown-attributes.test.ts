import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ATTRIBUTE_UNKNOWN_ATTRIBUTES } from '../registry/attributes.ts';
import { buildMessage, viewOf, viewOfAttribute } from '../test-support/build-message.ts';
import { readUnknownAttributes } from './unknown-attributes.ts';

test('types are read as they were written', () => {
  for (const types of [[], [1], [0x7fff, 0], [1, 2, 3]]) {
    const view = viewOf(buildMessage((writer) => writer.addUnknownAttributes(Uint16Array.from(types))));
    const out = new Uint16Array(3);
    assert.equal(readUnknownAttributes(view, 0, out), types.length);
    assert.deepEqual([...out.subarray(0, types.length)], types);
  }
});

test('no more are read than there is room for', () => {
  const out = new Uint16Array(1);
  assert.equal(readUnknownAttributes(viewOfAttribute(ATTRIBUTE_UNKNOWN_ATTRIBUTES, [0, 1, 0, 2]), 0, out), 1);
  assert.equal(out[0], 1);
});

test('half a type is malformed', () => {
  assert.equal(
    readUnknownAttributes(viewOfAttribute(ATTRIBUTE_UNKNOWN_ATTRIBUTES, [0, 1, 0]), 0, new Uint16Array(3)),
    -1,
  );
});
