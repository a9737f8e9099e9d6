import { encodeHex } from '../../../src/base/bytes.ts';
import type { Instant } from '../../../src/base/clock.ts';
import { formatTransportAddress } from '../../../src/base/ip.ts';
import { ADDRESS_WORDS, sameAddress } from '../../../src/base/socket-address.ts';
import { readXorAddress } from '../../../src/stun/attributes/address.ts';
import { readErrorCode } from '../../../src/stun/attributes/error-code.ts';
import { readText } from '../../../src/stun/attributes/text.ts';
import { CLASS_ERROR, CLASS_SUCCESS } from '../../../src/stun/message-type.ts';
import { MessageView } from '../../../src/stun/message-view.ts';
import {
  ATTRIBUTE_ERROR_CODE,
  ATTRIBUTE_NONCE,
  ATTRIBUTE_XOR_MAPPED_ADDRESS,
} from '../../../src/stun/registry/attributes.ts';
import { METHOD_ALLOCATE, METHOD_BINDING } from '../../../src/stun/registry/methods.ts';
import { describePacket } from '../describe-packet.ts';
import { requireInvariant } from '../invariant.ts';
import { applySuccess } from './apply-success.ts';
import type { PendingRequest } from './expectation.ts';
import { integrityKey, isSignedWith } from './judge-authentication.ts';
import { clientLabel } from './judge-method.ts';
import type { ModelAllocation } from './model-allocation.ts';
import type { WorkerModel } from './worker-model.ts';

/** What an answer says when it is no error. */
const SUCCESS = 0;

const requestView = new MessageView();
const answerView = new MessageView();
const words = new Uint32Array(ADDRESS_WORDS);

/** Judges the server's answer to a request, and does in the model what it says was done. */
export function acceptAnswer(model: WorkerModel, request: PendingRequest, answer: Uint8Array, now: Instant): void {
  const exchange = (): string => `${describePacket(request.bytes)} is answered ${describePacket(answer)}`;
  requestView.parse(request.bytes, 0, request.bytes.length);
  const code = answerView.parse(answer, 0, answer.length) === undefined ? readAnswerCode() : -1;
  const isItsAnswer = answerView.method === request.method && transactionOf(answerView) === request.transaction;
  requireInvariant(isItsAnswer, 'answer', exchange);
  requireInvariant(
    request.verdict.allows(code),
    'answer',
    () => `${exchange()}; right would be: ${request.verdict.format()}`,
  );
  requireInvariant(
    answerView.hasFingerprint || !requestView.hasFingerprint,
    'answer',
    () => `${exchange()}, without the FINGERPRINT that its request has`,
  );
  requireSignature(model, request, exchange);
  noteNonce(model, request, now);
  if (code === SUCCESS) {
    requireMappedAddress(request, exchange);
  }
  const begun = code === SUCCESS ? applySuccess(model, request, requestView, answerView, now) : undefined;
  countUsage(model, request, request.allocation ?? begun, answer.length);
}

/** Authentic requests of the allocation's own user count, and their answers, whatever these say. */
function countUsage(
  model: WorkerModel,
  request: PendingRequest,
  allocation: ModelAllocation | undefined,
  answerBytes: number,
): void {
  const isSigned = answerView.integrityAt >= 0 || answerView.integritySha256At >= 0;
  const isOwn = request.sender.credential?.username === allocation?.credential.username;
  if (allocation !== undefined && isSigned && isOwn) {
    model.surroundings.usage.countIngress(allocation, request.bytes.length);
    model.surroundings.usage.countEgress(allocation, answerBytes);
  }
}

function readAnswerCode(): number {
  if (answerView.messageClass === CLASS_SUCCESS) {
    return SUCCESS;
  }
  const index = answerView.find(ATTRIBUTE_ERROR_CODE);
  return answerView.messageClass === CLASS_ERROR && index >= 0 ? readErrorCode(answerView, index) : -1;
}

/** An answer is signed exactly when its request was authentic (RFC 8489 §9.2.4), with the same key. */
function requireSignature(model: WorkerModel, request: PendingRequest, exchange: () => string): void {
  const { credential, authenticity } = request.sender;
  const isSigned = answerView.integrityAt >= 0 || answerView.integritySha256At >= 0;
  requireInvariant(
    authenticity === 'ending' || isSigned === (authenticity === 'live'),
    'answer',
    () => `${exchange()}, ${isSigned ? '' : 'not '}signed, to a request that was ${isSigned ? 'not ' : ''}authentic`,
  );
  if (isSigned && credential !== undefined) {
    const key = integrityKey(requestView, credential);
    const isRight = isSignedWith(answerView, key, model.surroundings.hashes);
    requireInvariant(isRight, 'answer', () => `${exchange()}, signed with another key`);
  }
}

function requireMappedAddress(request: PendingRequest, exchange: () => string): void {
  if (request.method !== METHOD_BINDING && request.method !== METHOD_ALLOCATE) {
    return;
  }
  const index = answerView.find(ATTRIBUTE_XOR_MAPPED_ADDRESS);
  requireInvariant(
    index >= 0 && readXorAddress(answerView, index, words) && sameAddress(words, 0, request.client, 0),
    'answer',
    () => `${exchange()}, which does not say that its client is ${formatTransportAddress(request.client)}`,
  );
}

function noteNonce(model: WorkerModel, request: PendingRequest, now: Instant): void {
  const index = answerView.find(ATTRIBUTE_NONCE);
  const nonce = index < 0 ? undefined : readText(answerView, index);
  if (nonce !== undefined) {
    const label = clientLabel({ socket: request.socket, transport: request.transport, address: request.client });
    model.surroundings.nonces.record(nonce, label, model.unixAt(now));
  }
}

function transactionOf(view: MessageView): string {
  return encodeHex(view.bytes.subarray(view.transactionAt, view.transactionAt + 12));
}
