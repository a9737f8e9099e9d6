import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { test } from 'node:test';
import { nodeHashes } from '../app/node-hashes.ts';
import { encodeHex, encodeUtf8, writeU16 } from '../base/bytes.ts';
import { longTermKeyMd5, longTermKeySha256, verifyIntegrity, verifyIntegritySha256 } from './integrity.ts';
import { MessageView } from './message-view.ts';
import type { MessageWriter } from './message-writer.ts';
import { ATTRIBUTE_MESSAGE_INTEGRITY_SHA256, ATTRIBUTE_SOFTWARE, ATTRIBUTE_USERNAME } from './registry/attributes.ts';
import { buildMessage, viewOf } from './test-support/build-message.ts';

const KEY = encodeUtf8('a key');
const OTHER_KEY = encodeUtf8('b key');

function addText(writer: MessageWriter): void {
  writer.addText(ATTRIBUTE_USERNAME, 'somebody');
}

test('the long-term keys are hashes of username, realm and password', () => {
  const parts = ['user', 'realm.example', 'pass:word'].map(encodeUtf8) as [Uint8Array, Uint8Array, Uint8Array];
  const joined = 'user:realm.example:pass:word';
  assert.equal(encodeHex(longTermKeyMd5(nodeHashes, ...parts)), createHash('md5').update(joined).digest('hex'));
  assert.equal(encodeHex(longTermKeySha256(nodeHashes, ...parts)), createHash('sha256').update(joined).digest('hex'));
});

test('MESSAGE-INTEGRITY is an HMAC over the message as if it ended there', () => {
  const bytes = buildMessage((writer) => {
    addText(writer);
    writer.addIntegrity(nodeHashes, KEY);
    writer.addFingerprint();
  });
  const covered = bytes.slice(0, 32);
  writeU16(covered, 2, 12 + 24);
  const expected = createHmac('sha1', KEY).update(covered).digest();
  assert.deepEqual(bytes.slice(36, 56), new Uint8Array(expected));
  assert.equal(verifyIntegrity(nodeHashes, viewOf(bytes), KEY), true);
  assert.equal(verifyIntegrity(nodeHashes, viewOf(bytes), OTHER_KEY), false);
});

test('both integrity attributes hold in one message, each with its own key', () => {
  const bytes = buildMessage((writer) => {
    addText(writer);
    writer.addIntegrity(nodeHashes, KEY);
    writer.addIntegritySha256(nodeHashes, OTHER_KEY);
    writer.addFingerprint();
  });
  const view = viewOf(bytes);
  assert.equal(verifyIntegrity(nodeHashes, view, KEY), true);
  assert.equal(verifyIntegritySha256(nodeHashes, view, OTHER_KEY), true);
  assert.equal(verifyIntegrity(nodeHashes, view, OTHER_KEY), false);
  assert.equal(verifyIntegritySha256(nodeHashes, view, KEY), false);
});

test('verifying leaves the bytes as they were', () => {
  const bytes = buildMessage((writer) => {
    addText(writer);
    writer.addIntegrity(nodeHashes, KEY);
    writer.addIntegritySha256(nodeHashes, KEY);
    writer.addFingerprint();
  });
  const before = bytes.slice();
  verifyIntegrity(nodeHashes, viewOf(bytes), OTHER_KEY);
  verifyIntegritySha256(nodeHashes, viewOf(bytes), OTHER_KEY);
  assert.deepEqual(bytes, before);
});

test('any changed bit of what is covered, or of the value, is noticed', () => {
  const bytes = buildMessage((writer) => {
    addText(writer);
    writer.addIntegrity(nodeHashes, KEY);
    writer.addIntegritySha256(nodeHashes, KEY);
  });
  for (let bit = 0; bit < 8 * bytes.length; bit += 1) {
    const changed = bytes.slice();
    changed[bit >>> 3] = (changed[bit >>> 3] as number) ^ (1 << (bit & 7));
    const view = new MessageView();
    if (view.parse(changed, 0, changed.length) !== undefined) {
      continue;
    }
    const isBehindSha1 = bit >>> 3 >= 32 + 24;
    assert.equal(verifyIntegrity(nodeHashes, view, KEY), isBehindSha1, String(bit));
    assert.equal(verifyIntegritySha256(nodeHashes, view, KEY), false, String(bit));
  }
});

test('a message without the attribute has no integrity', () => {
  const view = viewOf(buildMessage(addText));
  assert.equal(verifyIntegrity(nodeHashes, view, KEY), false);
  assert.equal(verifyIntegritySha256(nodeHashes, view, KEY), false);
});

test('a truncated MESSAGE-INTEGRITY-SHA256 counts only where the usage allows it', () => {
  for (const length of [16, 20, 24, 28, 32]) {
    const bytes = buildMessage((writer) => {
      addText(writer);
      writer.addIntegritySha256(nodeHashes, KEY, length);
    });
    const covered = bytes.slice(0, 32);
    const expected = createHmac('sha256', KEY).update(covered).digest().subarray(0, length);
    assert.deepEqual(bytes.slice(36), new Uint8Array(expected));
    const view = viewOf(bytes);
    assert.equal(view.integritySha256Length, length);
    assert.equal(verifyIntegritySha256(nodeHashes, view, KEY), length === 32);
    assert.equal(verifyIntegritySha256(nodeHashes, view, KEY, 16), true);
    assert.equal(verifyIntegritySha256(nodeHashes, view, OTHER_KEY, 16), false);
    assert.equal(verifyIntegritySha256(nodeHashes, view, KEY, length + 4), false);
  }
});

test('attributes that were appended behind the integrity do not unmake it', () => {
  const signed = buildMessage((writer) => {
    addText(writer);
    writer.addIntegrity(nodeHashes, KEY);
    writer.addText(ATTRIBUTE_SOFTWARE, 'appended');
    writer.addBytes(ATTRIBUTE_MESSAGE_INTEGRITY_SHA256, new Uint8Array(32));
  });
  const view = viewOf(signed);
  assert.equal(view.find(ATTRIBUTE_SOFTWARE), -1);
  assert.equal(verifyIntegrity(nodeHashes, view, KEY), true);
  assert.equal(verifyIntegritySha256(nodeHashes, view, KEY), false);
});

test('a message in the middle of a buffer is verified there', () => {
  const message = buildMessage((writer) => {
    addText(writer);
    writer.addIntegrity(nodeHashes, KEY);
  });
  const bytes = new Uint8Array(message.length + 50).fill(0xaa);
  bytes.set(message, 17);
  const view = new MessageView();
  assert.equal(view.parse(bytes, 17, message.length), undefined);
  assert.equal(verifyIntegrity(nodeHashes, view, KEY), true);
});
