import { assert } from '../base/assert.ts';
import type { UnixMs } from '../base/clock.ts';
import type { Hashes } from '../base/hash.ts';
import { CREDENTIAL_USERNAME_BYTES_MIN, CUSTOM_IDENTIFIER_BYTES_MAX } from '../base/limits.ts';
import {
  type DecodedUsername,
  decodeUsername,
  deriveCredential,
  encodeUsername,
  type InstallationKeys,
  USERNAME_RANDOM_BYTES,
} from '../contract/credential.ts';
import type { KeyUid, Username } from '../contract/ids.ts';
import { isRestUsername, parseRestUsername } from '../contract/rest-username.ts';
import { deriveRestPassword } from '../contract/shared-secret.ts';
import type { SharedSecrets } from './shared-secrets.ts';
import { User } from './user.ts';

/** The uid of no key: whoever has it is nobody. */
export const NO_KEY = '0'.repeat(32) as KeyUid;

export interface ClaimedUsersOptions {
  readonly hashes: Hashes;
  /** The current keys first. */
  readonly installationKeys: readonly InstallationKeys[];
  readonly sharedSecrets: SharedSecrets;
  /** The longest lifetime that a credential may have. */
  readonly credentialTtlSecondsMax: number;
}

/** Finds out who may have a username. Only the integrity of a request proves that its sender has it. */
export class ClaimedUsers {
  readonly #options: ClaimedUsersOptions;
  /** A well-formed username of a key that does not exist: what is checked in the place of one that is not well-formed. */
  readonly #nobody: Username;
  readonly #nobodyDecoded: DecodedUsername;

  constructor(options: ClaimedUsersOptions) {
    const { hashes, installationKeys } = options;
    const keys = installationKeys[0];
    assert(keys !== undefined, 'there is a master secret');
    this.#options = options;
    const claims = { keyUid: NO_KEY, issuedAt: 0 as UnixMs, expiresAt: 0 as UnixMs, customIdentifier: '' };
    this.#nobody = encodeUsername(hashes, keys, { ...claims, random: new Uint8Array(USERNAME_RANDOM_BYTES) });
    this.#nobodyDecoded = { ...claims, keys };
  }

  /**
   * The users of a username: one for each shared secret that it may have been made with, else the one whom it was issued to or,
   * when nobody has it, one who cannot exist, after the same work.
   */
  list(username: Username | undefined): readonly [User, ...User[]] {
    const [first, ...others] = username === undefined ? [] : this.#listRest(username);
    return first === undefined ? [this.#decode(username)] : [first, ...others];
  }

  #decode(username: Username | undefined): User {
    const { hashes, installationKeys } = this.#options;
    const claimed = username !== undefined && isShapedLikeOurs(username) ? username : this.#nobody;
    const decoded = decodeUsername(hashes, installationKeys, claimed) ?? this.#nobodyDecoded;
    const { keys, keyUid, issuedAt, expiresAt, customIdentifier } = decoded;
    const claims = { keyUid, issuedAt, expiresAt, customIdentifier };
    return new User(claimed, claims, () => deriveCredential(hashes, keys, keyUid, claimed));
  }

  #listRest(username: Username): User[] {
    const { hashes, sharedSecrets, credentialTtlSecondsMax } = this.#options;
    const claimed = isRestUsername(username) ? parseRestUsername(hashes, username) : undefined;
    if (claimed === undefined) {
      return [];
    }
    // Nobody says when it was made. No credential lives for longer, so it was not before then: a revocation of what was issued
    // before a moment takes in all that could have been, and some that were not.
    const issuedAt = Math.max(0, claimed.expiresAt - 1000 * credentialTtlSecondsMax) as UnixMs;
    return Array.from(sharedSecrets.list(), ({ id, keyUid, secret }) => {
      const claims = { keyUid, issuedAt, ...claimed };
      return new User(username, claims, () => deriveRestPassword(hashes, secret, username), id);
    });
  }
}

/** Whether a username has the outer form of ours, so that deciphering it is the work that it is for a real one. */
function isShapedLikeOurs(username: Username): boolean {
  const digits = username.length - CREDENTIAL_USERNAME_BYTES_MIN;
  return digits >= 0 && digits <= 2 * CUSTOM_IDENTIFIER_BYTES_MAX && digits % 2 === 0 && /^[0-9a-f]*$/.test(username);
}
