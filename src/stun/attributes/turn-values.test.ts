import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MessageView } from '../message-view.ts';
import {
  ATTRIBUTE_CHANNEL_NUMBER,
  ATTRIBUTE_DONT_FRAGMENT,
  ATTRIBUTE_EVEN_PORT,
  ATTRIBUTE_LIFETIME,
  ATTRIBUTE_REQUESTED_TRANSPORT,
  ATTRIBUTE_RESERVATION_TOKEN,
  ATTRIBUTE_USERHASH,
} from '../registry/attributes.ts';
import { buildMessage, viewOf, viewOfAttribute } from '../test-support/build-message.ts';
import {
  isDontFragment,
  readChannelNumber,
  readEvenPort,
  readLifetime,
  readRequestedTransport,
  readReservationToken,
  readU32Attribute,
  readUserhash,
  TRANSPORT_UDP,
} from './turn-values.ts';

/** Each with the one length its value has. */
const READERS: readonly (readonly [
  type: number,
  length: number,
  read: (view: MessageView, index: number) => number,
])[] = [
  [ATTRIBUTE_LIFETIME, 4, readLifetime],
  [ATTRIBUTE_LIFETIME, 4, readU32Attribute],
  [ATTRIBUTE_CHANNEL_NUMBER, 4, readChannelNumber],
  [ATTRIBUTE_REQUESTED_TRANSPORT, 4, readRequestedTransport],
  [ATTRIBUTE_EVEN_PORT, 1, readEvenPort],
  [ATTRIBUTE_RESERVATION_TOKEN, 8, readReservationToken],
  [ATTRIBUTE_USERHASH, 32, readUserhash],
];

test('a value of another length is malformed', () => {
  for (const [type, expected, read] of READERS) {
    for (let length = 0; length <= 40; length += 1) {
      const view = viewOfAttribute(type, new Array<number>(length).fill(0x7f));
      assert.equal(read(view, 0) >= 0, length === expected, `${read.name} of ${length} bytes`);
    }
  }
  assert.equal(isDontFragment(viewOfAttribute(ATTRIBUTE_DONT_FRAGMENT, []), 0), true);
  assert.equal(isDontFragment(viewOfAttribute(ATTRIBUTE_DONT_FRAGMENT, [0]), 0), false);
});

test('values are read as they were written', () => {
  for (const seconds of [0, 600, 0x80000000, 0xffffffff]) {
    assert.equal(readLifetime(viewOf(buildMessage((writer) => writer.addLifetime(seconds))), 0), seconds);
  }
  for (const channel of [0, 0x4000, 0x4fff, 0xffff]) {
    assert.equal(readChannelNumber(viewOf(buildMessage((writer) => writer.addChannelNumber(channel))), 0), channel);
  }
  for (const protocol of [0, 6, TRANSPORT_UDP, 255]) {
    assert.equal(
      readRequestedTransport(viewOf(buildMessage((writer) => writer.addRequestedTransport(protocol))), 0),
      protocol,
    );
  }
  assert.equal(readEvenPort(viewOf(buildMessage((writer) => writer.addEvenPort(true))), 0), 1);
  assert.equal(readEvenPort(viewOf(buildMessage((writer) => writer.addEvenPort(false))), 0), 0);
  assert.equal(isDontFragment(viewOf(buildMessage((writer) => writer.addDontFragment())), 0), true);
});

test('reserved bits are ignored', () => {
  assert.equal(readChannelNumber(viewOfAttribute(ATTRIBUTE_CHANNEL_NUMBER, [0x40, 1, 0xff, 0xff]), 0), 0x4001);
  assert.equal(readRequestedTransport(viewOfAttribute(ATTRIBUTE_REQUESTED_TRANSPORT, [17, 0xff, 0xff, 0xff]), 0), 17);
  assert.equal(readEvenPort(viewOfAttribute(ATTRIBUTE_EVEN_PORT, [0x7f]), 0), 0);
  assert.equal(readEvenPort(viewOfAttribute(ATTRIBUTE_EVEN_PORT, [0xff]), 0), 1);
});

test('a token and a hash are told by where they lie', () => {
  const token = viewOfAttribute(ATTRIBUTE_RESERVATION_TOKEN, [1, 2, 3, 4, 5, 6, 7, 8]);
  const at = readReservationToken(token, 0);
  assert.deepEqual([...token.bytes.subarray(at, at + 8)], [1, 2, 3, 4, 5, 6, 7, 8]);
  const hash = viewOfAttribute(ATTRIBUTE_USERHASH, new Array<number>(32).fill(9));
  assert.equal(readUserhash(hash, 0), hash.attributeAt(0));
});
