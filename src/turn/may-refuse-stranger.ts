import type { ClientRequest } from './client-request.ts';
import { COUNTER } from './counter.ts';
import type { ServerState } from './server-state.ts';

/**
 * Whether a request that is not authenticated may be answered with an error: over UDP, whoever sent it may not be who the address
 * says, and that address is sent only so many. When it may not, the request is counted as dropped.
 */
export function mayRefuseStranger(state: ServerState, request: ClientRequest): boolean {
  const { socket, client, clientAt, now } = request;
  if (socket.isStream || state.refusals.mayRefuse(client, clientAt, now)) {
    return true;
  }
  state.count(COUNTER.drop_refusal_limit);
  return false;
}
