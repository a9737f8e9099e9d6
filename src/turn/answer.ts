import type { Instant } from '../base/clock.ts';
import type { MessageView } from '../stun/message-view.ts';
import { ERROR_UNKNOWN_ATTRIBUTE } from '../stun/registry/error-codes.ts';
import { NO_ALLOCATION } from './allocation-table.ts';
import { COUNTER } from './counter.ts';
import type { Rejection } from './rejection.ts';
import type { Respondent, Signature } from './respondent.ts';
import { isChallenge } from './responder.ts';
import type { ServerState } from './server-state.ts';

/**
 * Sends the answer that the responder has begun, counts the outcome at place `counter`, and meters the answer on `allocation`,
 * if there is one. Returns true, for the `Forward` is filled.
 */
export function sendAnswer(
  state: ServerState,
  respondent: Respondent,
  signature: Signature | undefined,
  allocation: number,
  counter: number,
): true {
  const length = state.responder.send(respondent, signature);
  state.count(counter);
  if (allocation !== NO_ALLOCATION) {
    state.meter.countEgress(allocation, length);
  }
  return true;
}

/** Answers with an error. An answer without `signature` is one to a client that is not authenticated. */
export function reject(
  state: ServerState,
  respondent: Respondent,
  rejection: Rejection,
  signature: Signature | undefined,
  allocation: number,
  now: Instant,
): true {
  state.responder.beginError(respondent, rejection.code);
  if (isChallenge(rejection.code)) {
    state.responder.addChallenge(respondent, state.unixNow(now));
  }
  return sendAnswer(state, respondent, signature, allocation, rejection.counter);
}

/**
 * Answers 420 with the attributes that the request requires to be understood and that are not in `known`
 * (RFC 8489 §6.3.1). Returns false when there is none.
 */
export function rejectUnknownAttributes(
  state: ServerState,
  respondent: Respondent,
  view: MessageView,
  known: ReadonlySet<number>,
  signature: Signature | undefined,
  allocation: number,
): boolean {
  const count = view.unknownRequired(known, state.unknownTypes);
  if (count === 0) {
    return false;
  }
  const writer = state.responder.beginError(respondent, ERROR_UNKNOWN_ATTRIBUTE);
  writer.addUnknownAttributes(state.unknownTypes, count);
  return sendAnswer(state, respondent, signature, allocation, COUNTER.rejected_unknown_attribute);
}
