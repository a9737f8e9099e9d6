import type { Instant } from '../base/clock.ts';
import type { Change } from '../contract/change.ts';
import type { LimitHolder } from '../contract/limit-holder.ts';
import { identifyCredential } from '../contract/rest-username.ts';
import { endAllocation } from './end-allocation.ts';
import { renewLimits } from './renew-limits.ts';
import type { ServerState } from './server-state.ts';

/** Takes in what the control plane has changed, and ends at once the allocations that may be no more. */
export function applyChange(state: ServerState, change: Change, now: Instant): void {
  const { keyRing, allocations, limits, egressBlocks } = state;
  keyRing.apply(change, state.unixNow(now));
  switch (change.kind) {
    case 'key-live':
    case 'shared-secret-added':
      break;
    case 'key-deleted':
      limits.forgetKey(change.keyUid);
      egressBlocks.forgetKey(change.keyUid);
      for (const allocation of [...allocations.ofKey(change.keyUid)]) {
        endAllocation(state, allocation, 'allocations_ended_key_deleted', now, true);
      }
      break;
    case 'shared-secret-removed':
      for (const allocation of [...allocations.ofKey(change.keyUid)]) {
        if (allocations.recordOf(allocation).user.secretId === change.secretId) {
          endAllocation(state, allocation, 'allocations_ended_secret_removed', now, true);
        }
      }
      break;
    case 'username-revoked':
      for (const allocation of [...allocations.ofCredential(identifyCredential(change.keyUid, change.username))]) {
        endAllocation(state, allocation, 'allocations_ended_credential_revoked', now, true);
      }
      break;
    case 'credentials-revoked':
      for (const allocation of [...allocations.ofKey(change.keyUid)]) {
        const { claims } = allocations.recordOf(allocation).user;
        const isMeant = change.customIdentifier === null || change.customIdentifier === claims.customIdentifier;
        if (isMeant && claims.issuedAt < change.issuedBefore) {
          endAllocation(state, allocation, 'allocations_ended_credential_revoked', now, true);
        }
      }
      break;
    case 'account-limits':
      limits.setOfAccount(change.accountId, change.limits);
      renewAll(state, { kind: 'account', accountId: change.accountId }, now);
      break;
    case 'key-limits':
      limits.setOfKey(change.keyUid, change.limits);
      renewAll(state, { kind: 'key', keyUid: change.keyUid }, now);
      break;
    case 'egress-blocked':
      egressBlocks.put(change.holder, change.until, state.unixNow(now));
      if (change.until > state.unixNow(now)) {
        for (const allocation of allocationsOf(state, change.holder)) {
          endAllocation(state, allocation, 'allocations_ended_egress_limit', now, true);
        }
      }
      break;
  }
}

function renewAll(state: ServerState, holder: LimitHolder, now: Instant): void {
  for (const allocation of allocationsOf(state, holder)) {
    // A pending one will begin with what holds then.
    if (state.allocations.isLive(allocation)) {
      renewLimits(state, allocation, now);
    }
  }
}

/** The allocations of a key, or of all keys of an account, pending ones among them. */
function allocationsOf({ allocations, keyRing }: ServerState, holder: LimitHolder): number[] {
  const keys = holder.kind === 'key' ? [holder.keyUid] : keyRing.keysOf(holder.accountId);
  return keys.flatMap((key) => [...allocations.ofKey(key)]);
}
