import { ATTRIBUTE_XOR_MAPPED_ADDRESS } from '../stun/registry/attributes.ts';
import { NO_ALLOCATION } from './allocation-table.ts';
import { rejectUnknownAttributes, sendAnswer } from './answer.ts';
import type { ClientRequest } from './client-request.ts';
import { COUNTER } from './counter.ts';
import { KNOWN_ATTRIBUTES } from './known-attributes.ts';
import { mayRefuseStranger } from './may-refuse-stranger.ts';
import type { ServerState } from './server-state.ts';

/** Tells a client how its address looks from here, whoever it is (RFC 8489 §6.3.1.1, §12). */
export function handleBinding(state: ServerState, request: ClientRequest): boolean {
  const { view } = request;
  if (view.unknownRequired(KNOWN_ATTRIBUTES, state.unknownTypes) > 0) {
    return (
      mayRefuseStranger(state, request) &&
      rejectUnknownAttributes(state, request, view, KNOWN_ATTRIBUTES, undefined, NO_ALLOCATION)
    );
  }
  const writer = state.responder.beginSuccess(request);
  writer.addXorAddress(ATTRIBUTE_XOR_MAPPED_ADDRESS, request.client, request.clientAt);
  return sendAnswer(state, request, undefined, NO_ALLOCATION, COUNTER.binding_answered);
}
