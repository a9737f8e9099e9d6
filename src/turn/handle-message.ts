import type { AccountId } from '../contract/ids.ts';
import { CLASS_INDICATION, CLASS_REQUEST } from '../stun/message-type.ts';
import {
  METHOD_ALLOCATE,
  METHOD_BINDING,
  METHOD_CHANNEL_BIND,
  METHOD_CREATE_PERMISSION,
  METHOD_REFRESH,
  METHOD_SEND,
} from '../stun/registry/methods.ts';
import { NO_ALLOCATION } from './allocation-table.ts';
import { reject, rejectUnknownAttributes } from './answer.ts';
import type { ClientRequest } from './client-request.ts';
import { countLimitReached } from './count-limit-reached.ts';
import { countRefusal } from './count-refusal.ts';
import { COUNTER } from './counter.ts';
import { handleAllocate } from './handle-allocate.ts';
import { handleBinding } from './handle-binding.ts';
import { handleChannelBind } from './handle-channel-bind.ts';
import { handleCreatePermission } from './handle-create-permission.ts';
import { handleRefresh } from './handle-refresh.ts';
import { handleSend } from './handle-send.ts';
import { KNOWN_ATTRIBUTES } from './known-attributes.ts';
import { mayRefuseStranger } from './may-refuse-stranger.ts';
import { REJECT } from './rejection.ts';
import type { Signature } from './respondent.ts';
import type { ServerState } from './server-state.ts';
import type { User } from './user.ts';

/** Requests that need an authenticated user (RFC 8656 §5). */
const TURN_REQUESTS: readonly number[] = [
  METHOD_ALLOCATE,
  METHOD_REFRESH,
  METHOD_CREATE_PERMISSION,
  METHOD_CHANNEL_BIND,
];

/** Handles the STUN message in `request`. Returns true when the `Forward` is filled. */
export function handleMessage(state: ServerState, request: ClientRequest): boolean {
  const { method, messageClass } = request.view;
  if (messageClass === CLASS_INDICATION && method === METHOD_SEND) {
    return handleSend(state, request);
  }
  if (messageClass === CLASS_REQUEST && method === METHOD_BINDING) {
    return handleBinding(state, request);
  }
  if (messageClass === CLASS_REQUEST && TURN_REQUESTS.includes(method)) {
    return handleTurnRequest(state, request);
  }
  const isKeepAlive = messageClass === CLASS_INDICATION && method === METHOD_BINDING;
  state.count(isKeepAlive ? COUNTER.binding_indication_accepted : COUNTER.drop_unexpected_message);
  return false;
}

/** Authenticates first: nothing is looked at, or created, for a request before its integrity is verified. */
function handleTurnRequest(state: ServerState, request: ClientRequest): boolean {
  const { allocations, authenticator } = state;
  const { allocation, now } = request;
  const owner = allocation === NO_ALLOCATION ? undefined : allocations.recordOf(allocation).user;
  const authentication = authenticator.authenticate(request, owner, state.unixNow(now));
  if (authentication.kind === 'refused') {
    const { rejection } = authentication;
    return mayRefuseStranger(state, request) && reject(state, request, rejection, undefined, NO_ALLOCATION, now);
  }
  const { user, signature } = authentication;
  if (allocation === NO_ALLOCATION && isBlocked(state, request, user)) {
    const accountId = state.keyRing.accountOf(user.claims.keyUid) as AccountId;
    const subject = { user, accountId, socket: request.socket };
    countLimitReached(state, subject, 'egress', now);
    countRefusal(state, subject, REJECT.egressLimit);
    return reject(state, request, REJECT.egressLimit, signature, NO_ALLOCATION, now);
  }
  return request.view.method === METHOD_ALLOCATE
    ? handleAllocate(state, request, user, signature)
    : handleAllocationRequest(state, request, user, signature);
}

/**
 * Whether the user asks for relaying, and may send no more this month. His allocations have ended, so a Refresh of one is told
 * why, and that it is no use to try again (403, RFC 8656 §19), rather than that there is none.
 */
function isBlocked(state: ServerState, { view, now }: ClientRequest, { claims }: User): boolean {
  const accountId = state.keyRing.accountOf(claims.keyUid) as AccountId;
  return (
    (view.method === METHOD_ALLOCATE || view.method === METHOD_REFRESH) &&
    state.egressBlocks.isBlocked(claims.keyUid, accountId, state.unixNow(now))
  );
}

/** Handles a request about the allocation on the 5-tuple, which must live and be the user's (RFC 8656 §5). */
function handleAllocationRequest(
  state: ServerState,
  request: ClientRequest,
  user: User,
  signature: Signature,
): boolean {
  const { allocations, meter } = state;
  const { allocation, view, now } = request;
  if (allocation === NO_ALLOCATION || !allocations.isLive(allocation)) {
    return reject(state, request, REJECT.noAllocation, signature, NO_ALLOCATION, now);
  }
  if (allocations.recordOf(allocation).user.username !== user.username) {
    return reject(state, request, REJECT.wrongCredentials, signature, NO_ALLOCATION, now);
  }
  meter.countIngress(allocation, view.length);
  if (rejectUnknownAttributes(state, request, view, KNOWN_ATTRIBUTES, signature, allocation)) {
    return true;
  }
  switch (view.method) {
    case METHOD_REFRESH:
      return handleRefresh(state, request, signature);
    case METHOD_CREATE_PERMISSION:
      return handleCreatePermission(state, request, signature);
    default:
      return handleChannelBind(state, request, signature);
  }
}
