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
  if (proves(remembered, tokenHash)) {
    return remembered?.key;
  }
  const generation = ports.verifiedKeys.generation;
  const stored = await ports.store.keys.find(uid);
  if (stored === undefined || !proves(stored, tokenHash)) {
    return undefined;
  }
  ports.verifiedKeys.put(stored, generation, ports.clock.now());
  return stored.key;
}

function proves(stored: StoredKey | undefined, tokenHash: string): boolean {
  const isSame = sameTokenHash(stored?.tokenHash ?? NO_TOKEN_HASH, tokenHash);
  return isSame && stored !== undefined;
}
