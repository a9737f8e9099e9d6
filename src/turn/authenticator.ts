import { encodeUtf8, equalBytes } from '../base/bytes.ts';
import type { UnixMs } from '../base/clock.ts';
import type { Hashes } from '../base/hash.ts';
import type { InstallationKeys } from '../contract/credential.ts';
import type { Username } from '../contract/ids.ts';
import { isRestUsername } from '../contract/rest-username.ts';
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
import { ClaimedUsers, NO_KEY } from './claimed-users.ts';
import type { ClientRequest } from './client-request.ts';
import type { KeyRing } from './key-ring.ts';
import { type NonceMint, offersPasswordAlgorithms } from './nonce.ts';
import { RecentUsers } from './recent-users.ts';
import { REJECT, type Rejection } from './rejection.ts';
import type { Signature } from './respondent.ts';
import type { User } from './user.ts';

/** The password algorithms that are offered, the preferred one first (RFC 8489 §9.2.4). */
export const OFFERED_ALGORITHMS: readonly number[] = [PASSWORD_ALGORITHM_SHA256, PASSWORD_ALGORITHM_MD5];

/** PASSWORD-ALGORITHMS as it is offered, and must come back (RFC 8489 §14.11): each algorithm without parameters. */
const OFFERED_VALUE = Uint8Array.from(OFFERED_ALGORITHMS.flatMap((algorithm) => [0, algorithm, 0, 0]));

/** Who sent a request, or why it is refused. */
export type Authentication =
  | { readonly kind: 'accepted'; readonly user: User; readonly signature: Signature }
  | { readonly kind: 'refused'; readonly rejection: Rejection };

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
  /** The longest lifetime that a credential may have. */
  readonly credentialTtlSecondsMax: number;
}

/** A user whom a request names, and whether its integrity proves that it is theirs. */
interface Claim {
  readonly user: User;
  readonly isIntact: boolean;
  /** Nobody else was tried, for this user was here a moment ago. */
  readonly isRecalled: boolean;
}

/** The long-term credential mechanism of RFC 8489 §9.2, from the server's side. */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #realm: Uint8Array;
  readonly #claimedUsers: ClaimedUsers;
  readonly #recentUsers = new RecentUsers();

  constructor(options: AuthenticatorOptions) {
    const { keyRing, realm } = options;
    this.#options = options;
    this.#realm = encodeUtf8(realm);
    this.#claimedUsers = new ClaimedUsers({ ...options, sharedSecrets: keyRing.sharedSecrets });
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
    // Deviates: from the order of RFC 8489 §9.2.4 for who may have any of the shared secrets. All of them would be tried for each
    // request of whoever forges an address; the nonce shows that it is none, and costs one hash.
    const username = readUsername(view);
    if (username !== undefined && isRestUsername(username) && !this.#isNonceFresh(request, nonce, unixNow)) {
      return refused(REJECT.staleNonce);
    }
    // Before anything is said about the user, so that each of the next three answers takes the same time.
    const { user, isIntact, isRecalled } = this.#identify(view, algorithm, known);
    const objection = this.#objectionTo(user, user === known, unixNow);
    if (objection !== undefined || !isIntact) {
      if (isRecalled) {
        // The work that remembering the user has saved: the time of a refusal does not tell who was here a moment ago.
        this.#tryAll(view, algorithm, user.username, user);
      }
      return refused(objection ?? REJECT.wrongIntegrity);
    }
    this.#recentUsers.add(user);
    if (!this.#isNonceFresh(request, nonce, unixNow)) {
      return refused(REJECT.staleNonce);
    }
    const isSha256 = algorithm !== ALGORITHM_IMPLIED;
    const key = user.keyFor(algorithm, this.#options.hashes, this.#realm);
    return { kind: 'accepted', user, signature: { key, isSha256 } };
  }

  #identify(view: MessageView, algorithm: number, known: User | undefined): Claim {
    const username = readUsername(view);
    if (known !== undefined && known.username === username) {
      return { user: known, isIntact: this.#isMadeBy(known, view, algorithm), isRecalled: false };
    }
    const recalled = username === undefined ? undefined : this.#recall(username, algorithm);
    return recalled !== undefined && this.#isMadeBy(recalled, view, algorithm)
      ? { user: recalled, isIntact: true, isRecalled: true }
      : this.#tryAll(view, algorithm, username, recalled);
  }

  /** A user who was authenticated with this algorithm a moment ago, by what is still a secret. */
  #recall(username: Username, algorithm: number): User | undefined {
    const user = this.#recentUsers.find(username);
    const { sharedSecrets } = this.#options.keyRing;
    const isCurrent = user?.secretId === undefined || sharedSecrets.has(user.secretId);
    return isCurrent && user?.hasKeyFor(algorithm) === true ? user : undefined;
  }

  /**
   * Tries everyone who may have the username, to the last, so that the time does not tell who it was. `tried` has been tried
   * already. The REALM that came with it does not matter: the key is made with ours, so that the integrity of a client
   * that used another does not match.
   */
  #tryAll(view: MessageView, algorithm: number, username: Username | undefined, tried: User | undefined): Claim {
    const users = this.#claimedUsers.list(username);
    let claim: Claim = { user: users[0], isIntact: false, isRecalled: false };
    for (const user of users) {
      user.keyFor(algorithm, this.#options.hashes, this.#realm);
      const isTried = tried !== undefined && tried.secretId === user.secretId;
      if (!isTried && this.#isMadeBy(user, view, algorithm)) {
        claim = { user, isIntact: true, isRecalled: false };
      }
    }
    return claim;
  }

  #isMadeBy(user: User, view: MessageView, algorithm: number): boolean {
    const { hashes } = this.#options;
    const key = user.keyFor(algorithm, hashes, this.#realm);
    return view.integritySha256At >= 0 ? verifyIntegritySha256(hashes, view, key) : verifyIntegrity(hashes, view, key);
  }

  /** Why the user is refused whatever the password, if so. */
  #objectionTo(user: User, isKnown: boolean, unixNow: UnixMs): Rejection | undefined {
    const standing = isKnown ? 'live' : this.#options.keyRing.standingOf(user.id, user.claims);
    if (user.claims.keyUid === NO_KEY) {
      return REJECT.unknownUser;
    }
    if (standing !== 'live') {
      return standing === 'revoked' ? REJECT.credentialRevoked : REJECT.keyDeleted;
    }
    if (user.claims.expiresAt <= unixNow) {
      return REJECT.credentialExpired;
    }
    const latest = unixNow + 1000 * this.#options.credentialTtlSecondsMax;
    return user.secretId !== undefined && user.claims.expiresAt > latest ? REJECT.credentialLifetime : undefined;
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
