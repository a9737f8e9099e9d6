import type { Instant } from '../base/clock.ts';
import type { Change } from '../contract/change.ts';
import { identifyCredential } from '../contract/rest-username.ts';
import { endAllocation } from './end-allocation.ts';
import type { ServerState } from './server-state.ts';

/** Takes in what the control plane has changed, and ends at once the allocations that may be no more. */
export function applyChange(state: ServerState, change: Change, now: Instant): void {
  const { keyRing, allocations } = state;
  keyRing.apply(change, state.unixNow(now));
  switch (change.kind) {
    case 'key-live':
    case 'shared-secret-added':
      break;
    case 'key-deleted':
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
  }
}
