import type { UnixMs } from '../base/clock.ts';
import { hashToken, sameTokenHash } from './api-token.ts';
import { parseKeyUid } from './parse-ids.ts';
import type { ControlPorts, StoredKey, TurnKey } from './ports.ts';

/** No token has this hash. */
const NO_TOKEN_HASH = '0'.repeat(64);

/**
 * The key whose uid and API token a request bears, or undefined when there is no such key or the token is another's.
 *
 * Only a success may be answered from memory. Each refusal of what could be a key's uid costs the same hash, comparisons
 * and one read of the store, so that its time does not tell an unknown key from a wrong token.
 */
export async function authenticateKey(
  ports: ControlPorts,
  keyUid: string,
  token: string,
): Promise<TurnKey | undefined> {
  const uid = parseKeyUid(keyUid);
  if (uid === undefined) {
    return undefined;
  }
  const tokenHash = hashToken(ports.hashes, token);
  const remembered = ports.verifiedKeys.find(uid, ports.clock.now());
  const unixNow = ports.clock.unixNow();
  if (proves(remembered, tokenHash, unixNow)) {
    return remembered?.key;
  }
  const generation = ports.verifiedKeys.generation;
  const stored = await ports.store.keys.find(uid);
  if (stored === undefined || !proves(stored, tokenHash, unixNow)) {
    return undefined;
  }
  ports.verifiedKeys.put(stored, generation, ports.clock.now());
  return stored.key;
}

/** Both comparisons are always made, so that the time they take does not tell whether a key was rolled. */
function proves(stored: StoredKey | undefined, tokenHash: string, now: UnixMs): boolean {
  const isCurrent = sameTokenHash(stored?.tokenHash ?? NO_TOKEN_HASH, tokenHash);
  const isPrevious = sameTokenHash(stored?.previous?.tokenHash ?? NO_TOKEN_HASH, tokenHash);
  return (isCurrent && stored !== undefined) || (isPrevious && now < (stored?.previous?.validUntil ?? 0));
}
