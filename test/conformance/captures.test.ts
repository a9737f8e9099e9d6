import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeHashes } from '../../src/app/node-hashes.ts';
import { encodeHex, encodeUtf8 } from '../../src/base/bytes.ts';
import { readChannelData } from '../../src/stun/channel-data.ts';
import { classifyPacket, PACKET_CHANNEL_DATA, PACKET_STUN } from '../../src/stun/demux.ts';
import { longTermKeyMd5, verifyIntegrity } from '../../src/stun/integrity.ts';
import { CLASS_ERROR, CLASS_INDICATION, CLASS_REQUEST } from '../../src/stun/message-type.ts';
import { MessageView } from '../../src/stun/message-view.ts';
import { MessageWriter } from '../../src/stun/message-writer.ts';
import {
  ATTRIBUTE_FINGERPRINT,
  ATTRIBUTE_MESSAGE_INTEGRITY,
  ATTRIBUTE_USERNAME,
} from '../../src/stun/registry/attributes.ts';
import * as methods from '../../src/stun/registry/methods.ts';
import { StreamFraming } from '../../src/stun/stream-framing.ts';
import { CAPTURE_CREDENTIAL, type Capture } from '../fixtures/capture-format.ts';
import { hexBytes } from './hex-bytes.ts';
import { describeAttributes, writeAttribute } from './message-description.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/captures');
const { username, realm, password } = CAPTURE_CREDENTIAL;
const KEY = longTermKeyMd5(nodeHashes, encodeUtf8(username), encodeUtf8(realm), encodeUtf8(password));

/** The methods that each capture must show, so that one that went wrong is no test of nothing. */
const EXPECTED_METHODS: Readonly<Record<string, readonly number[]>> = {
  aioice: [methods.METHOD_ALLOCATE, methods.METHOD_CHANNEL_BIND, methods.METHOD_REFRESH],
  chromium: [methods.METHOD_BINDING, methods.METHOD_ALLOCATE, methods.METHOD_CREATE_PERMISSION, methods.METHOD_SEND],
  'chromium-tcp': [methods.METHOD_ALLOCATE, methods.METHOD_CREATE_PERMISSION, methods.METHOD_SEND],
  'turnutils-stunclient': [methods.METHOD_BINDING],
  'turnutils-uclient-channels': [methods.METHOD_ALLOCATE, methods.METHOD_CHANNEL_BIND],
  'turnutils-uclient-even-port': [methods.METHOD_ALLOCATE, methods.METHOD_CHANNEL_BIND],
  'turnutils-uclient-indications': [methods.METHOD_ALLOCATE, methods.METHOD_SEND, methods.METHOD_DATA],
  'turnutils-uclient-tcp': [methods.METHOD_ALLOCATE, methods.METHOD_CHANNEL_BIND],
  werift: [methods.METHOD_ALLOCATE, methods.METHOD_CHANNEL_BIND],
};

function readCapture(name: string): Capture {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as Capture;
}

/** The datagrams of a capture or, of a TCP one, the frames of its streams. */
function* framesOf(capture: Capture): Generator<Uint8Array> {
  const streams = new Map<string, StreamFraming>();
  for (const { from, socket, hex } of capture.packets) {
    if (capture.transport === 'udp') {
      yield hexBytes(hex);
      continue;
    }
    const name = `${from} ${socket}`;
    const framing = streams.get(name) ?? new StreamFraming();
    streams.set(name, framing);
    framing.push(hexBytes(hex));
    while (framing.next()) {
      yield framing.bytes.slice(framing.offset, framing.offset + framing.length);
    }
    assert.equal(framing.failed, false);
  }
}

function* messagesOf(capture: Capture): Generator<MessageView> {
  for (const frame of framesOf(capture)) {
    if (classifyPacket(frame, 0, frame.length) === PACKET_STUN) {
      const view = new MessageView();
      assert.equal(view.parse(frame, 0, frame.length), undefined, encodeHex(frame));
      yield view;
    }
  }
}

test('every capture is listed', () => {
  const names = readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ''));
  assert.deepEqual(names.sort(), Object.keys(EXPECTED_METHODS).sort());
});

for (const [name, expectedMethods] of Object.entries(EXPECTED_METHODS)) {
  const capture = readCapture(name);

  test(`${name}: every packet is a message, and every message is understood`, () => {
    const seen = new Set<number>();
    for (const frame of framesOf(capture)) {
      const kind = classifyPacket(frame, 0, frame.length);
      if (kind === PACKET_CHANNEL_DATA) {
        assert.ok(readChannelData(frame, 0, frame.length, capture.transport === 'tcp') >= 0, encodeHex(frame));
      } else {
        assert.equal(kind, PACKET_STUN, encodeHex(frame));
      }
    }
    for (const view of messagesOf(capture)) {
      seen.add(view.method);
      for (const { type, meaning } of describeAttributes(view)) {
        assert.notEqual(meaning, undefined, `attribute ${type.toString(16)} of ${encodeHex(view.bytes)}`);
      }
    }
    for (const method of expectedMethods) {
      assert.ok(seen.has(method), `method ${method}`);
    }
  });

  test(`${name}: the credential made every integrity`, () => {
    for (const view of messagesOf(capture)) {
      const isSigned = view.integrityAt >= 0;
      assert.equal(verifyIntegrity(nodeHashes, view, KEY), isSigned, encodeHex(view.bytes));
      assert.equal(view.messageClass === CLASS_REQUEST && view.find(ATTRIBUTE_USERNAME) >= 0 && !isSigned, false);
      assert.equal(view.messageClass === CLASS_INDICATION && isSigned, false);
    }
  });

  test(`${name}: written again, every message means the same`, () => {
    for (const view of messagesOf(capture)) {
      const written = rewrite(view);
      const again = new MessageView();
      assert.equal(again.parse(written, 0, written.length), undefined);
      assert.deepEqual([again.messageClass, again.method], [view.messageClass, view.method]);
      // Unless the client left something in a padding or a reserved field, the bytes are the same too.
      if (encodeHex(written) !== encodeHex(view.bytes)) {
        assert.deepEqual(meaningsOf(again), meaningsOf(view));
      }
    }
  });
}

/** The attributes but for the sums over the bytes, which padding changes. */
function meaningsOf(view: MessageView): unknown[] {
  const sums = [ATTRIBUTE_MESSAGE_INTEGRITY, ATTRIBUTE_FINGERPRINT];
  return describeAttributes(view).filter(({ type }) => !sums.includes(type));
}

function rewrite(view: MessageView): Uint8Array {
  const out = new Uint8Array(view.length);
  const writer = new MessageWriter();
  writer.begin(out, 0, out.length, view.messageClass, view.method, view.bytes, view.transactionAt);
  for (const attribute of describeAttributes(view)) {
    if (attribute.type === ATTRIBUTE_MESSAGE_INTEGRITY) {
      writer.addIntegrity(nodeHashes, KEY);
    } else if (attribute.type === ATTRIBUTE_FINGERPRINT) {
      writer.addFingerprint();
    } else {
      writeAttribute(writer, attribute);
    }
  }
  assert.deepEqual([writer.overflowed, writer.length], [false, view.length]);
  return out;
}

test('the captures show errors as well', () => {
  const errors = [...messagesOf(readCapture('chromium'))].filter(({ messageClass }) => messageClass === CLASS_ERROR);
  assert.ok(errors.length > 0);
});
