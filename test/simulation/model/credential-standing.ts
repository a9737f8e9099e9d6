import type { UnixMs } from '../../../src/base/clock.ts';
import type { Change } from '../../../src/contract/change.ts';
import type { SimulatedCredential } from '../clients/credential-book.ts';

/** Which credentials are good, from the changes that were made: a list that is read from one end to the other. */
export class CredentialStanding {
  readonly #changes: Change[] = [];

  apply(change: Change): void {
    this.#changes.push(change);
  }

  /** Whether the credential's key lives and nothing has revoked it; its expiry is another question. */
  isGood(credential: SimulatedCredential): boolean {
    let isKeyLive = false;
    for (const change of this.#changes) {
      if (!('keyUid' in change) || change.keyUid !== credential.keyUid) {
        continue;
      }
      if (change.kind === 'key-live' || change.kind === 'key-deleted') {
        isKeyLive = change.kind === 'key-live';
      } else if (revokes(change, credential)) {
        return false;
      }
    }
    return isKeyLive;
  }

  isExpired(credential: SimulatedCredential, unixNow: UnixMs): boolean {
    return credential.expiresAt <= unixNow;
  }
}

/** Whether a revocation concerns the credential. */
function revokes(change: Change, credential: SimulatedCredential): boolean {
  switch (change.kind) {
    case 'username-revoked':
      return change.username === credential.username;
    case 'credentials-revoked':
      return (
        credential.issuedAt < change.issuedBefore &&
        (change.customIdentifier === null || change.customIdentifier === credential.customIdentifier)
      );
    default:
      return false;
  }
}
