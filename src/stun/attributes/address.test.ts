import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTransportAddress, parseTransportAddress } from '../../base/ip.ts';
import { ADDRESS_WORDS, type AddressWords } from '../../base/socket-address.ts';
import {
  ATTRIBUTE_ALTERNATE_SERVER,
  ATTRIBUTE_MAPPED_ADDRESS,
  ATTRIBUTE_XOR_MAPPED_ADDRESS,
  ATTRIBUTE_XOR_PEER_ADDRESS,
  ATTRIBUTE_XOR_RELAYED_ADDRESS,
} from '../registry/attributes.ts';
import { buildMessage, viewOf, viewOfAttribute } from '../test-support/build-message.ts';
import { readAddress, readXorAddress } from './address.ts';

const TEXTS = [
  '0.0.0.0:0',
  '255.255.255.255:65535',
  '192.0.2.1:32853',
  '[::]:0',
  '[2001:db8:1234:5678:11:2233:4455:6677]:32853',
];

function words(text: string): AddressWords {
  const parsed = parseTransportAddress(text);
  assert.ok(parsed !== undefined);
  return parsed;
}

test('an address is read as it was written, plain and XORed', () => {
  for (const text of TEXTS) {
    for (const type of [ATTRIBUTE_MAPPED_ADDRESS, ATTRIBUTE_ALTERNATE_SERVER]) {
      const out = new Uint32Array(ADDRESS_WORDS).fill(0xffffffff);
      assert.equal(readAddress(viewOf(buildMessage((writer) => writer.addAddress(type, words(text)))), 0, out), true);
      assert.equal(formatTransportAddress(out), text);
    }
    for (const type of [ATTRIBUTE_XOR_MAPPED_ADDRESS, ATTRIBUTE_XOR_PEER_ADDRESS, ATTRIBUTE_XOR_RELAYED_ADDRESS]) {
      const out = new Uint32Array(ADDRESS_WORDS).fill(0xffffffff);
      assert.equal(
        readXorAddress(viewOf(buildMessage((writer) => writer.addXorAddress(type, words(text)))), 0, out),
        true,
      );
      assert.deepEqual(out, words(text));
    }
  }
});

test('a row is written and read anywhere in an array', () => {
  const rows = new Uint32Array(3 * ADDRESS_WORDS);
  rows.set(words('[2001:db8::1]:443'), ADDRESS_WORDS);
  const view = viewOf(buildMessage((writer) => writer.addXorAddress(ATTRIBUTE_XOR_PEER_ADDRESS, rows, ADDRESS_WORDS)));
  assert.equal(readXorAddress(view, 0, rows, 2 * ADDRESS_WORDS), true);
  assert.equal(formatTransportAddress(rows, 2 * ADDRESS_WORDS), '[2001:db8::1]:443');
  assert.deepEqual([...rows.subarray(0, ADDRESS_WORDS)], [0, 0, 0, 0, 0]);
});

test('the first byte is ignored', () => {
  const out = new Uint32Array(ADDRESS_WORDS);
  assert.equal(readAddress(viewOfAttribute(ATTRIBUTE_MAPPED_ADDRESS, [0xff, 1, 0, 80, 1, 2, 3, 4]), 0, out), true);
  assert.equal(formatTransportAddress(out), '1.2.3.4:80');
});

test('another family or a length that is not the family’s is malformed, and nothing is written', () => {
  const values = [
    ...[0, 1, 3, 4, 7, 9, 12, 19, 20, 21, 24].map((length) => Array.from({ length }, (_, i) => (i === 1 ? 1 : 0))),
    ...[0, 1, 3, 4, 7, 8, 16, 19, 21, 24].map((length) => Array.from({ length }, (_, i) => (i === 1 ? 2 : 0))),
    ...[0, 3, 0x80, 0xff].flatMap((family) =>
      [8, 20].map((length) => Array.from({ length }, (_, i) => (i === 1 ? family : 0))),
    ),
  ];
  for (const value of values) {
    const out = new Uint32Array(ADDRESS_WORDS).fill(7);
    assert.equal(readAddress(viewOfAttribute(ATTRIBUTE_MAPPED_ADDRESS, value), 0, out), false, String(value));
    assert.equal(readXorAddress(viewOfAttribute(ATTRIBUTE_XOR_PEER_ADDRESS, value), 0, out), false);
    assert.ok(out.every((word) => word === 7));
  }
});
