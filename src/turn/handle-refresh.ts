import type { Family } from '../base/socket-address.ts';
import { readAddressFamily } from '../stun/attributes/address-family.ts';
import { ATTRIBUTE_REQUESTED_ADDRESS_FAMILY } from '../stun/registry/attributes.ts';
import { readDesiredLifetime } from './allocate-wish.ts';
import { reject, sendAnswer } from './answer.ts';
import type { ClientRequest } from './client-request.ts';
import { COUNTER } from './counter.ts';
import { endAllocation, removeRelay } from './end-allocation.ts';
import { REJECT } from './rejection.ts';
import type { Signature } from './respondent.ts';
import type { ServerState } from './server-state.ts';

/** Makes an allocation last longer, or ends it (RFC 8656 §8.2). Of a dual one, a single family may be meant (§8.1). */
export function handleRefresh(state: ServerState, request: ClientRequest, signature: Signature): true {
  const { view, allocation, now } = request;
  const seconds = readDesiredLifetime(view, state.options.limits.allocationLifetimeSecondsMax);
  const requested = view.find(ATTRIBUTE_REQUESTED_ADDRESS_FAMILY);
  const family = requested < 0 ? undefined : readAddressFamily(view, requested);
  if (seconds < 0 || family === -1) {
    return reject(state, request, REJECT.badRequest, signature, allocation, now);
  }
  const relays = relaysMeant(state, allocation, family);
  if (relays.length === 0) {
    return reject(state, request, REJECT.peerAddressFamily, signature, allocation, now);
  }
  const writer = state.responder.beginSuccess(request);
  writer.addLifetime(seconds);
  state.responder.addSoftware();
  sendAnswer(state, request, signature, allocation, COUNTER.refresh_answered);
  for (const relay of relays) {
    if (seconds > 0) {
      state.relays.extend(relay, now + 1000 * seconds);
      state.allocations.noteChange(allocation);
    } else {
      removeRelay(state, relay, now);
    }
  }
  if (state.allocations.relaysOf(allocation).length === 0) {
    endAllocation(state, allocation, 'allocations_ended_by_client', now, false);
  }
  return true;
}

/** The allocation's relays of a family, or of both; 0 is no family that we know. */
function relaysMeant(state: ServerState, allocation: number, family: Family | 0 | undefined): number[] {
  const relays = state.allocations.relaysOf(allocation);
  return family === undefined ? relays : relays.filter((relay) => state.relays.familyOf(relay) === family);
}
