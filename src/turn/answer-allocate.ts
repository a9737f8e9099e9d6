import type { Instant } from '../base/clock.ts';
import {
  ATTRIBUTE_RESERVATION_TOKEN,
  ATTRIBUTE_XOR_MAPPED_ADDRESS,
  ATTRIBUTE_XOR_RELAYED_ADDRESS,
} from '../stun/registry/attributes.ts';
import { sendAnswer } from './answer.ts';
import { advertisedAddress } from './relay-ports.ts';
import type { Respondent, Signature } from './respondent.ts';
import type { ServerState } from './server-state.ts';

/**
 * Answers an Allocate request with what the allocation is now (RFC 8656 §7.2). The first answer and those to retransmissions
 * are made alike, so that they say the same.
 */
export function answerAllocate(
  state: ServerState,
  respondent: Respondent,
  signature: Signature,
  allocation: number,
  now: Instant,
  counter: number,
): true {
  const { allocations, relays, responder } = state;
  const { reservationToken, addressError } = allocations.recordOf(allocation);
  const writer = responder.beginSuccess(respondent);
  let expiry = Number.POSITIVE_INFINITY;
  for (const relay of allocations.relaysOf(allocation)) {
    writer.addXorAddress(ATTRIBUTE_XOR_RELAYED_ADDRESS, advertisedAddress(state, relays.portOf(relay)));
    expiry = Math.min(expiry, relays.expiryOf(relay));
  }
  // An Instant has fractions, and so has the difference; what it lacks of a whole millisecond is not time that has passed.
  writer.addLifetime(Math.floor(Math.round(expiry - now) / 1000));
  writer.addXorAddress(ATTRIBUTE_XOR_MAPPED_ADDRESS, respondent.client, respondent.clientAt);
  if (reservationToken !== undefined) {
    writer.addBytes(ATTRIBUTE_RESERVATION_TOKEN, reservationToken);
  }
  if (addressError !== undefined) {
    writer.addAddressErrorCode(addressError.family, addressError.code);
  }
  responder.addSoftware();
  return sendAnswer(state, respondent, signature, allocation, counter);
}
