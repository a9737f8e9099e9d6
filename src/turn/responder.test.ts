import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeHashes } from '../app/node-hashes.ts';
import { AssertionError } from '../base/assert.ts';
import type { UnixMs } from '../base/clock.ts';
import { RESPONSES_KEPT_MAX } from '../base/limits.ts';
import { readErrorReason } from '../stun/attributes/error-code.ts';
import { readText } from '../stun/attributes/text.ts';
import { verifyIntegrity, verifyIntegritySha256 } from '../stun/integrity.ts';
import type { MessageView } from '../stun/message-view.ts';
import { ATTRIBUTE_ERROR_CODE, ATTRIBUTE_REALM, ATTRIBUTE_SOFTWARE } from '../stun/registry/attributes.ts';
import { TRANSACTION_ID, viewOf } from '../stun/test-support/build-message.ts';
import { Forward } from './forward.ts';
import { NonceMint } from './nonce.ts';
import type { ClientSocketId } from './path.ts';
import type { Respondent } from './respondent.ts';
import { isChallenge, Responder } from './responder.ts';
import { addressOf } from './test-support/script-options.ts';

const CLIENT = addressOf('198.51.100.1:4000');
const KEY = new Uint8Array(16).fill(5);

const RESPONDENT: Respondent = {
  socket: { id: 7 as ClientSocketId, transport: 'udp', local: CLIENT, isStream: false },
  client: CLIENT,
  clientAt: 0,
  method: 4,
  transactionSource: TRANSACTION_ID,
  transactionAt: 0,
  hasFingerprint: false,
};

function responderWith(realm = 'turn.example', software = ''): { responder: Responder; forward: Forward } {
  const forward = new Forward();
  const nonces = new NonceMint(nodeHashes, new Uint8Array(32), 1_000);
  return { responder: new Responder({ hashes: nodeHashes, realm, software, nonces, forward }), forward };
}

function sent({ bytes, offset, length }: Forward): MessageView {
  return viewOf(bytes.slice(offset, offset + length));
}

test('an answer goes to the client, with method and transaction of the request', () => {
  const { responder, forward } = responderWith();
  responder.beginSuccess(RESPONDENT);
  assert.equal(responder.send(RESPONDENT, undefined), 20);
  const view = sent(forward);
  assert.equal(view.method, 4);
  assert.deepEqual(view.bytes.subarray(view.transactionAt, view.transactionAt + 12), TRANSACTION_ID);
  assert.equal(forward.socket, 7);
  assert.deepEqual(forward.address, CLIENT);
});

test('it is signed as it is asked for, and not at all without a key', () => {
  const { responder, forward } = responderWith();
  responder.beginSuccess(RESPONDENT);
  responder.send(RESPONDENT, { key: KEY, isSha256: false });
  assert.equal(verifyIntegrity(nodeHashes, sent(forward), KEY), true);
  responder.beginSuccess(RESPONDENT);
  responder.send(RESPONDENT, { key: KEY, isSha256: true });
  assert.equal(verifyIntegritySha256(nodeHashes, sent(forward), KEY), true);
  responder.beginSuccess(RESPONDENT);
  responder.send(RESPONDENT, undefined);
  assert.equal(sent(forward).attributeCount, 0);
});

test('a FINGERPRINT comes last', () => {
  const { responder, forward } = responderWith();
  responder.beginSuccess(RESPONDENT);
  responder.send({ ...RESPONDENT, hasFingerprint: true }, { key: KEY, isSha256: true });
  const view = sent(forward);
  assert.equal(view.hasFingerprint, true);
  assert.equal(verifyIntegritySha256(nodeHashes, view, KEY), true);
});

test('what everybody is told has no reason phrase, the rest the usual one', () => {
  const { responder, forward } = responderWith();
  for (const [code, reason] of [
    [401, ''],
    [438, ''],
    [400, 'Bad Request'],
    [437, 'Allocation Mismatch'],
  ] as const) {
    responder.beginError(RESPONDENT, code);
    responder.send(RESPONDENT, undefined);
    const view = sent(forward);
    assert.equal(readErrorReason(view, view.find(ATTRIBUTE_ERROR_CODE)), reason);
    assert.equal(isChallenge(code), reason === '');
  }
});

test('a challenge carries the realm', () => {
  const { responder, forward } = responderWith('example.org');
  responder.beginError(RESPONDENT, 401);
  responder.addChallenge(RESPONDENT, 0 as UnixMs);
  responder.send(RESPONDENT, undefined);
  const view = sent(forward);
  assert.equal(readText(view, view.find(ATTRIBUTE_REALM)), 'example.org');
});

test('SOFTWARE is there when it has a name', () => {
  for (const [software, isThere] of [
    ['', false],
    ['Taciturn', true],
  ] as const) {
    const { responder, forward } = responderWith('turn.example', software);
    responder.beginSuccess(RESPONDENT);
    responder.addSoftware();
    responder.send(RESPONDENT, undefined);
    assert.equal(sent(forward).find(ATTRIBUTE_SOFTWARE) >= 0, isThere);
  }
});

test('an answer stays as it is until so many others were made', () => {
  const { responder, forward } = responderWith();
  responder.beginError(RESPONDENT, 437);
  responder.send(RESPONDENT, undefined);
  const { bytes, offset, length } = forward;
  const first = bytes.slice(offset, offset + length);
  for (let i = 1; i < RESPONSES_KEPT_MAX; i += 1) {
    responder.beginError(RESPONDENT, 400);
    responder.send(RESPONDENT, undefined);
  }
  assert.deepEqual(bytes.slice(offset, offset + length), first);
  responder.beginError(RESPONDENT, 400);
  responder.send(RESPONDENT, undefined);
  assert.equal(forward.offset, offset);
});

test('an answer that does not fit is a bug', () => {
  const { responder } = responderWith();
  const writer = responder.beginSuccess(RESPONDENT);
  writer.addBytes(0x13, new Uint8Array(1_100));
  assert.throws(() => responder.send(RESPONDENT, undefined), AssertionError);
});

test('realm and software have their limits', () => {
  assert.throws(() => responderWith(''), AssertionError);
  assert.throws(() => responderWith('r'.repeat(128)), AssertionError);
  assert.throws(() => responderWith('r', 's'.repeat(65)), AssertionError);
});
