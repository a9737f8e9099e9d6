import { encodeHex } from '../../../src/base/bytes.ts';
import type { Instant } from '../../../src/base/clock.ts';
import type { MessageView } from '../../../src/stun/message-view.ts';
import * as attributes from '../../../src/stun/registry/attributes.ts';
import * as errors from '../../../src/stun/registry/error-codes.ts';
import * as methods from '../../../src/stun/registry/methods.ts';
import { addressKey } from '../address-key.ts';
import type { SimulatedCredential } from '../clients/credential-book.ts';
import { judgeAuthentication, type Sender } from './judge-authentication.ts';
import {
  judgeAllocate,
  judgeChannelBind,
  judgeCreatePermission,
  judgeRefresh,
  readAllocateWish,
} from './judge-request.ts';
import type { Life, ModelAllocation } from './model-allocation.ts';
import type { Verdict } from './verdict.ts';
import type { ClientEnd, WorkerModel } from './worker-model.ts';

interface Arrival {
  readonly end: ClientEnd;
  readonly tuple: string;
  readonly now: Instant;
}

/** The comprehension-required attributes that a TURN server knows (RFC 8489 §18.3, RFC 8656 §18). */
const KNOWN_ATTRIBUTES: ReadonlySet<number> = new Set(
  Object.values(attributes).filter((type) => type < attributes.ATTRIBUTE_OPTIONAL_MIN),
);

/** The sender of a request that nobody needs to sign. */
const ANYBODY: Sender = { credential: undefined, authenticity: 'over' };

const unknown = new Uint16Array(8);

/**
 * Judges a request, whatever it is, and notes in `verdict` which answers are right.
 * @returns who sent it.
 */
export function judgeRequest(view: MessageView, model: WorkerModel, arrival: Arrival, verdict: Verdict): Sender {
  const hasUnknown = view.unknownRequired(KNOWN_ATTRIBUTES, unknown) > 0;
  if (hasUnknown) {
    verdict.refuse(errors.ERROR_UNKNOWN_ATTRIBUTE);
  }
  if (view.method === methods.METHOD_BINDING) {
    return ANYBODY;
  }
  if (!isTurnMethod(view.method)) {
    verdict.refuse(errors.ERROR_BAD_REQUEST, 'perhaps');
    verdict.refuse(errors.ERROR_UNAUTHENTICATED, 'perhaps');
    verdict.mayBeSilent = true;
    return ANYBODY;
  }
  const { surroundings } = model;
  const sender = judgeAuthentication(
    view,
    {
      hashes: surroundings.hashes,
      book: surroundings.book,
      standing: model.standing,
      nonces: surroundings.nonces,
      client: clientLabel(arrival.end),
      unixNow: model.unixAt(arrival.now),
    },
    verdict,
  );
  if (sender.credential !== undefined && sender.authenticity !== 'over') {
    judgeTurnRequest(view, model, arrival, sender.credential, verdict);
  }
  return sender;
}

/** What a nonce is bound to. */
export function clientLabel(end: ClientEnd): string {
  return `${end.transport} ${addressKey(end.address)}`;
}

function isTurnMethod(method: number): boolean {
  return (
    method === methods.METHOD_ALLOCATE ||
    method === methods.METHOD_REFRESH ||
    method === methods.METHOD_CREATE_PERMISSION ||
    method === methods.METHOD_CHANNEL_BIND
  );
}

/** Judges what a user in good standing asks for. */
function judgeTurnRequest(
  view: MessageView,
  model: WorkerModel,
  arrival: Arrival,
  credential: SimulatedCredential,
  verdict: Verdict,
): void {
  const allocation = model.allocations.get(arrival.tuple);
  const life = allocation === undefined ? 'over' : allocationLife(model, allocation, arrival.now);
  const pending = model.pending.get(arrival.tuple);
  if (pending !== undefined) {
    judgeWhilePending(view, verdict);
    return;
  }
  if (allocation !== undefined && life !== 'over' && allocation.credential.username !== credential.username) {
    verdict.refuse(errors.ERROR_WRONG_CREDENTIALS, life === 'live' ? 'surely' : 'perhaps');
  }
  if (view.method === methods.METHOD_ALLOCATE) {
    judgeNewAllocation(view, model, arrival, credential, life, verdict);
    return;
  }
  if (allocation === undefined || life !== 'live') {
    verdict.refuse(errors.ERROR_ALLOCATION_MISMATCH, life === 'ending' ? 'perhaps' : 'surely');
  }
  if (allocation === undefined) {
    // Without an allocation, what it would say about the request is not known either.
    return;
  }
  const facts = model.factsAt(arrival.now);
  switch (view.method) {
    case methods.METHOD_REFRESH:
      judgeRefresh(view, allocation, verdict);
      break;
    case methods.METHOD_CREATE_PERMISSION:
      judgeCreatePermission(view, allocation, facts, verdict);
      break;
    case methods.METHOD_CHANNEL_BIND:
      judgeChannelBind(view, allocation, facts, verdict);
      break;
  }
}

/** A request on a 5-tuple whose allocation is still being made: a retransmission is answered when that is done. */
function judgeWhilePending(view: MessageView, verdict: Verdict): void {
  verdict.mayBeSilent = true;
  verdict.refuse(errors.ERROR_ALLOCATION_MISMATCH);
  verdict.refuse(errors.ERROR_WRONG_CREDENTIALS, 'perhaps');
  if (view.method === methods.METHOD_ALLOCATE) {
    verdict.refuse(errors.ERROR_INSUFFICIENT_CAPACITY, 'perhaps');
  }
  verdict.refuse(errors.ERROR_BAD_REQUEST, 'perhaps');
}

function judgeNewAllocation(
  view: MessageView,
  model: WorkerModel,
  arrival: Arrival,
  credential: SimulatedCredential,
  life: Life,
  verdict: Verdict,
): void {
  const { surroundings } = model;
  const allocation = model.allocations.get(arrival.tuple);
  if (allocation !== undefined && life !== 'over') {
    const transaction = encodeHex(view.bytes.subarray(view.transactionAt, view.transactionAt + 12));
    if (transaction === allocation.transaction && life === 'live') {
      // A retransmission gets the same success again (RFC 8656 §7.2), whatever has become of ports and quotas.
      return;
    }
    verdict.refuse(errors.ERROR_ALLOCATION_MISMATCH, life === 'live' ? 'surely' : 'perhaps');
  }
  judgeAllocate(view, model.factsAt(arrival.now), verdict);
  if (model.isDraining) {
    verdict.refuse(errors.ERROR_INSUFFICIENT_CAPACITY);
  }
  const { live, counted } = surroundings.countAllocations(credential.username);
  if (counted >= surroundings.scenario.allocationsPerCredential) {
    const isSure = live >= surroundings.scenario.allocationsPerCredential;
    verdict.refuse(errors.ERROR_ALLOCATION_QUOTA_REACHED, isSure ? 'surely' : 'perhaps');
  }
  const { token } = readAllocateWish(view);
  if (token !== undefined) {
    verdict.mayWait = true;
    surroundings.reservations.tryToken(token);
    verdict.refuseLater(errors.ERROR_INSUFFICIENT_CAPACITY, () => surroundings.reservations.isContested(token));
  }
}

function allocationLife(model: WorkerModel, allocation: ModelAllocation, now: Instant): Life {
  const lives = allocation.relays.map((relay) => model.lifeOf(allocation, relay, now));
  if (lives.includes('live')) {
    return 'live';
  }
  return lives.includes('ending') ? 'ending' : 'over';
}
