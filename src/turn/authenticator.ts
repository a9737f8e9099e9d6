import { assert } from '../base/assert.ts';
import { encodeUtf8, equalBytes } from '../base/bytes.ts';
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
import { readPasswordAlgorithm } from '../stun/attributes/password-algorithm.ts';
import { readText } from '../stun/attributes/text.ts';
import { verifyIntegrity, verifyIntegritySha256 } from '../stun/integrity.ts';
import type { MessageView } from '../stun/message-view.ts';
import {
  ATTRIBUTE_NONCE,
  ATTRIBUTE_PASSWORD_ALGORITHM,
  ATTRIBUTE_PASSWORD_ALGORITHMS,
  ATTRIBUTE_REALM,
  ATTRIBUTE_USERHASH,
  ATTRIBUTE_USERNAME,
} from '../stun/registry/attributes.ts';
import { PASSWORD_ALGORITHM_MD5, PASSWORD_ALGORITHM_SHA256 } from '../stun/registry/password-algorithms.ts';
import type { ClientRequest } from './client-request.ts';
import type { KeyRing } from './key-ring.ts';
import { type NonceMint, offersPasswordAlgorithms } from './nonce.ts';
import { RecentUsers } from './recent-users.ts';
import { REJECT, type Rejection } from './rejection.ts';
import type { Signature } from './respondent.ts';
import { User } from './user.ts';

/** The password algorithms that are offered, the preferred one first (RFC 8489 §9.2.4). */
export const OFFERED_ALGORITHMS: readonly number[] = [PASSWORD_ALGORITHM_SHA256, PASSWORD_ALGORITHM_MD5];

/** PASSWORD-ALGORITHMS as it is offered, and must come back (RFC 8489 §14.11): each algorithm without parameters. */
const OFFERED_VALUE = Uint8Array.from(OFFERED_ALGORITHMS.flatMap((algorithm) => [0, algorithm, 0, 0]));

/** Who sent a request, or why it is refused. */
export type Authentication =
  | { readonly kind: 'accepted'; readonly user: User; readonly signature: Signature }
  | { readonly kind: 'refused'; readonly rejection: Rejection };

/** The uid of no key: whoever has it is nobody. */
const NO_KEY = '0'.repeat(32) as KeyUid;

/** The algorithm of a client that knows RFC 5389 only: it names none, and is answered as it asks. */
const ALGORITHM_IMPLIED = 0;
const ALGORITHM_REFUSED = -1;

export interface AuthenticatorOptions {
  readonly hashes: Hashes;
  readonly realm: string;
  /** The current keys first. */
  readonly installationKeys: readonly InstallationKeys[];
  readonly nonces: NonceMint;
  readonly keyRing: KeyRing;
}

/** The long-term credential mechanism of RFC 8489 §9.2, from the server's side. */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #realm: Uint8Array;
  /** A well-formed username of a key that does not exist: what is checked in the place of one that is not well-formed. */
  readonly #nobody: Username;
  readonly #nobodyDecoded: DecodedUsername;
  readonly #recentUsers = new RecentUsers();

  constructor(options: AuthenticatorOptions) {
    const { hashes, installationKeys, realm } = options;
    const keys = installationKeys[0];
    assert(keys !== undefined, 'there is a master secret');
    this.#options = options;
    this.#realm = encodeUtf8(realm);
    const claims = { keyUid: NO_KEY, issuedAt: 0 as UnixMs, expiresAt: 0 as UnixMs, customIdentifier: '' };
    this.#nobody = encodeUsername(hashes, keys, { ...claims, random: new Uint8Array(USERNAME_RANDOM_BYTES) });
    this.#nobodyDecoded = { ...claims, keys };
  }

  /**
   * Makes the checks of RFC 8489 §9.2.4 in its order. `known` is the user of the allocation on the 5-tuple, if there is one: its
   * keys need not be derived again, and its standing not be looked up, since a revocation ends the allocation.
   */
  authenticate(request: ClientRequest, known: User | undefined, unixNow: UnixMs): Authentication {
    const { view } = request;
    if (view.integrityAt < 0 && view.integritySha256At < 0) {
      return refused(REJECT.unauthenticated);
    }
    const nonce = view.find(ATTRIBUTE_NONCE);
    if (nonce < 0 || view.find(ATTRIBUTE_REALM) < 0 || !namesUser(view)) {
      return refused(REJECT.badRequest);
    }
    const algorithm = readAlgorithm(view, nonce);
    if (algorithm === ALGORITHM_REFUSED) {
      return refused(REJECT.passwordAlgorithms);
    }
    const { hashes } = this.#options;
    const username = readUsername(view);
    const isOwner = known !== undefined && known.username === username;
    const recalled = isOwner ? undefined : this.#recall(username, algorithm);
    const user = isOwner ? known : (recalled ?? this.#resolve(username));
    // Before anything is said about the user, so that each of the next three answers takes the same time.
    const key = user.keyFor(algorithm, hashes, this.#realm);
    const isIntact =
      view.integritySha256At >= 0 ? verifyIntegritySha256(hashes, view, key) : verifyIntegrity(hashes, view, key);
    const objection = this.#objectionTo(user, user === known, unixNow);
    if (objection !== undefined || !isIntact) {
      if (recalled !== undefined) {
        // The work that remembering the user has saved: the time of a refusal does not tell who was here a moment ago.
        this.#resolve(username).keyFor(algorithm, hashes, this.#realm);
      }
      return refused(objection ?? REJECT.wrongIntegrity);
    }
    this.#recentUsers.add(user);
    if (!this.#isNonceFresh(request, nonce, unixNow)) {
      return refused(REJECT.staleNonce);
    }
    const isSha256 = algorithm !== ALGORITHM_IMPLIED;
    return { kind: 'accepted', user, signature: { key, isSha256 } };
  }

  /** A user who was authenticated with this algorithm a moment ago. */
  #recall(username: Username | undefined, algorithm: number): User | undefined {
    const user = username === undefined ? undefined : this.#recentUsers.find(username);
    return user?.hasKeyFor(algorithm) === true ? user : undefined;
  }

  /**
   * The user of a username or, when nobody has it, one who cannot exist, after the same work. The REALM that came with it does
   * not matter: the key is made with ours, so that the integrity of a client that used another does not match.
   */
  #resolve(username: Username | undefined): User {
    const { hashes, installationKeys } = this.#options;
    const claimed = username !== undefined && isShapedLikeOurs(username) ? username : this.#nobody;
    const decoded = decodeUsername(hashes, installationKeys, claimed) ?? this.#nobodyDecoded;
    const { keys, keyUid, issuedAt, expiresAt, customIdentifier } = decoded;
    const claims = { keyUid, issuedAt, expiresAt, customIdentifier };
    return new User(claimed, claims, () => deriveCredential(hashes, keys, keyUid, claimed));
  }

  /** Why the user is refused whatever the password, if so. */
  #objectionTo(user: User, isKnown: boolean, unixNow: UnixMs): Rejection | undefined {
    const standing = isKnown ? 'live' : this.#options.keyRing.standingOf(user.username, user.claims);
    if (user.claims.keyUid === NO_KEY) {
      return REJECT.unknownUser;
    }
    if (standing !== 'live') {
      return standing === 'revoked' ? REJECT.credentialRevoked : REJECT.keyDeleted;
    }
    return user.claims.expiresAt <= unixNow ? REJECT.credentialExpired : undefined;
  }

  #isNonceFresh(request: ClientRequest, nonce: number, unixNow: UnixMs): boolean {
    const { view, socket, client, clientAt } = request;
    const at = view.attributeAt(nonce);
    return this.#options.nonces.isFresh(
      view.bytes,
      at,
      view.attributeLength(nonce),
      socket.transport,
      client,
      clientAt,
      unixNow,
    );
  }
}

function refused(rejection: Rejection): Authentication {
  return { kind: 'refused', rejection };
}

function namesUser(view: MessageView): boolean {
  return view.find(ATTRIBUTE_USERNAME) >= 0 || view.find(ATTRIBUTE_USERHASH) >= 0;
}

/**
 * The username of the request. Undefined when it is no text that could be one, or when there is only a USERHASH, which belongs
 * to nobody: anonymity is not offered (RFC 8489 §9.2.4), since our usernames say nothing to those who see them.
 */
function readUsername(view: MessageView): Username | undefined {
  const index = view.find(ATTRIBUTE_USERNAME);
  return index < 0 ? undefined : (readText(view, index) as Username | undefined);
}

/** Whether a username has the outer form of ours, so that deciphering it is the work that it is for a real one. */
function isShapedLikeOurs(username: Username): boolean {
  const digits = username.length - CREDENTIAL_USERNAME_BYTES_MIN;
  return digits >= 0 && digits <= 2 * CUSTOM_IDENTIFIER_BYTES_MAX && digits % 2 === 0 && /^[0-9a-f]*$/.test(username);
}

/**
 * The password algorithm that the request is to be checked with (RFC 8489 §9.2.4). Where the nonce says that we offered a choice,
 * a client either knows nothing of it, or repeats our offer and names one of it: anything else means that somebody on the
 * way has changed the offer.
 */
function readAlgorithm(view: MessageView, nonce: number): number {
  const offered = view.find(ATTRIBUTE_PASSWORD_ALGORITHMS);
  const chosen = view.find(ATTRIBUTE_PASSWORD_ALGORITHM);
  const isOurs = offersPasswordAlgorithms(view.bytes, view.attributeAt(nonce), view.attributeLength(nonce));
  if (!isOurs || (offered < 0 && chosen < 0)) {
    return ALGORITHM_IMPLIED;
  }
  if (offered < 0 || chosen < 0 || !repeatsOffer(view, offered)) {
    return ALGORITHM_REFUSED;
  }
  const algorithm = readPasswordAlgorithm(view, chosen);
  return OFFERED_ALGORITHMS.includes(algorithm) ? algorithm : ALGORITHM_REFUSED;
}

function repeatsOffer(view: MessageView, index: number): boolean {
  return (
    view.attributeLength(index) === OFFERED_VALUE.length &&
    equalBytes(view.bytes, view.attributeAt(index), OFFERED_VALUE, 0, OFFERED_VALUE.length)
  );
}
