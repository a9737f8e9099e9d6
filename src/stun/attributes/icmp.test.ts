import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ATTRIBUTE_ICMP } from '../registry/attributes.ts';
import { buildMessage, viewOf, viewOfAttribute } from '../test-support/build-message.ts';
import { readIcmpCode, readIcmpData, readIcmpType } from './icmp.ts';

test('type, code and data are read as they were written', () => {
  for (const [type, code, data] of [
    [3, 4, 1400],
    [0, 0, 0],
    [127, 511, 0xffffffff],
    [1, 256, 5],
  ] as const) {
    const view = viewOf(buildMessage((writer) => writer.addIcmp(type, code, data)));
    assert.deepEqual([readIcmpType(view, 0), readIcmpCode(view, 0), readIcmpData(view, 0)], [type, code, data]);
  }
});

test('reserved bits are ignored', () => {
  const view = viewOfAttribute(ATTRIBUTE_ICMP, [0xff, 0xff, 6, 4, 0, 0, 0, 0]);
  assert.deepEqual([readIcmpType(view, 0), readIcmpCode(view, 0)], [3, 4]);
});

test('another length is malformed', () => {
  for (const length of [0, 4, 7, 9, 12]) {
    const view = viewOfAttribute(ATTRIBUTE_ICMP, new Array<number>(length).fill(0));
    assert.deepEqual([readIcmpType(view, 0), readIcmpCode(view, 0), readIcmpData(view, 0)], [-1, -1, -1]);
  }
});
