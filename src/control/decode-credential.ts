import type { UnixMs } from '../base/clock.ts';
import { decodeUsername } from '../contract/credential.ts';
import type { KeyUid, Username } from '../contract/ids.ts';
import { ControlError } from './errors.ts';
import type { ControlPorts } from './ports.ts';
import { requireAccount } from './require-account.ts';
import { sumLiveTraffic } from './sum-live-traffic.ts';

/** What a username says, and what has become of its credential. */
export interface DecodedCredential {
  readonly keyUid: KeyUid;
  /** Empty when the credential has none. */
  readonly customIdentifier: string;
  readonly issuedAt: UnixMs;
  readonly expiresAt: UnixMs;
  readonly isRevoked: boolean;
  readonly liveAllocations: number;
  /** Workers that did not answer: their allocations are not counted. */
  readonly missing: readonly number[];
}

/**
 * Reads a username that the service issued for a live key of an account. What a program made itself with a shared secret is not
 * sealed, and does not say which key it is of.
 * @throws {ControlError} `account-not-found`, `username-not-found`.
 */
export async function decodeCredential(
  ports: ControlPorts,
  accountId: string,
  username: string,
): Promise<DecodedCredential> {
  const { store, hashes, installationKeys, live } = ports;
  const account = await requireAccount(store, accountId);
  const claims = decodeUsername(hashes, installationKeys, username as Username);
  const stored = claims === undefined ? undefined : await store.keys.find(claims.keyUid);
  if (claims === undefined || stored?.key.accountId !== account.id) {
    throw new ControlError('username-not-found', 'No TURN key of the account issued a credential with this username.');
  }
  const { keyUid, customIdentifier, issuedAt, expiresAt } = claims;
  const credential = { keyUid, username: username as Username, customIdentifier, issuedAt };
  const [isRevoked, sum] = await Promise.all([
    store.revocations.covers(credential),
    sumLiveTraffic(live, account.id, { keyUid, username: credential.username }),
  ]);
  const { missing, totals } = sum;
  return { keyUid, customIdentifier, issuedAt, expiresAt, isRevoked, liveAllocations: totals.allocations, missing };
}
