import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IPV4, IPV6 } from '../../base/socket-address.ts';
import { ATTRIBUTE_REQUESTED_ADDRESS_FAMILY } from '../registry/attributes.ts';
import { buildMessage, viewOf, viewOfAttribute } from '../test-support/build-message.ts';
import { decodeAddressFamily, encodeAddressFamily, readAddressFamily } from './address-family.ts';

function read(...value: number[]): number {
  return readAddressFamily(viewOfAttribute(ATTRIBUTE_REQUESTED_ADDRESS_FAMILY, value), 0);
}

test('families have numbers 1 and 2 on the wire', () => {
  assert.deepEqual([encodeAddressFamily(IPV4), encodeAddressFamily(IPV6)], [1, 2]);
  assert.deepEqual([0, 1, 2, 3, 255].map(decodeAddressFamily), [-1, IPV4, IPV6, -1, -1]);
});

test('a family is read as it was written, its reserved bytes ignored', () => {
  for (const family of [IPV4, IPV6] as const) {
    const bytes = buildMessage((writer) => writer.addAddressFamily(ATTRIBUTE_REQUESTED_ADDRESS_FAMILY, family));
    assert.equal(readAddressFamily(viewOf(bytes), 0), family);
  }
  assert.equal(read(2, 0xff, 0xff, 0xff), IPV6);
});

test('an unknown family is told apart from a malformed value', () => {
  assert.equal(read(0, 0, 0, 0), 0);
  assert.equal(read(3, 0, 0, 0), 0);
  assert.equal(read(1), -1);
  assert.equal(read(1, 0, 0, 0, 0), -1);
  assert.equal(read(), -1);
});
