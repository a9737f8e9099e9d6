import { encodeHex } from '../../../src/base/bytes.ts';
import type { UnixMs } from '../../../src/base/clock.ts';
import type { Hashes } from '../../../src/base/hash.ts';
import { readPasswordAlgorithm } from '../../../src/stun/attributes/password-algorithm.ts';
import { readText } from '../../../src/stun/attributes/text.ts';
import { verifyIntegrity, verifyIntegritySha256 } from '../../../src/stun/integrity.ts';
import type { MessageView } from '../../../src/stun/message-view.ts';
import {
  ATTRIBUTE_NONCE,
  ATTRIBUTE_PASSWORD_ALGORITHM,
  ATTRIBUTE_PASSWORD_ALGORITHMS,
  ATTRIBUTE_REALM,
  ATTRIBUTE_USERNAME,
} from '../../../src/stun/registry/attributes.ts';
import {
  ERROR_BAD_REQUEST,
  ERROR_STALE_NONCE,
  ERROR_UNAUTHENTICATED,
  ERROR_UNKNOWN_ATTRIBUTE,
} from '../../../src/stun/registry/error-codes.ts';
import { PASSWORD_ALGORITHM_SHA256 } from '../../../src/stun/registry/password-algorithms.ts';
import type { CredentialBook, SimulatedCredential } from '../clients/credential-book.ts';
import type { CredentialStanding } from './credential-standing.ts';
import type { Life } from './model-allocation.ts';
import type { NonceRegister } from './nonce-register.ts';
import type { Verdict } from './verdict.ts';

export interface AuthenticationFacts {
  readonly hashes: Hashes;
  readonly book: CredentialBook;
  readonly standing: CredentialStanding;
  readonly nonces: NonceRegister;
  /** The client's transport and address, to which a nonce is bound. */
  readonly client: string;
  readonly unixNow: UnixMs;
}

/** Who sent a request, as it says. */
export interface Sender {
  readonly credential: SimulatedCredential | undefined;
  /** Whether it must be believed: `live` for yes, `over` for no. */
  readonly authenticity: Life;
}

const NOBODY: Sender = { credential: undefined, authenticity: 'over' };

/**
 * Judges who sent a request (RFC 8489 §9.2.4), and notes in `verdict` what is wrong with it.
 * @returns the credential that it names, and whether the server must believe it.
 */
export function judgeAuthentication(view: MessageView, facts: AuthenticationFacts, verdict: Verdict): Sender {
  if (view.integrityAt < 0 && view.integritySha256At < 0) {
    verdict.refuse(ERROR_UNAUTHENTICATED);
    // What else is wrong with a spoilt request may be said before it is asked who sent it.
    verdict.refuse(ERROR_BAD_REQUEST, 'perhaps');
    verdict.refuse(ERROR_UNKNOWN_ATTRIBUTE, 'perhaps');
    return NOBODY;
  }
  const username = readOptionalText(view, ATTRIBUTE_USERNAME);
  const nonce = readOptionalText(view, ATTRIBUTE_NONCE);
  if (username === undefined || nonce === undefined || view.find(ATTRIBUTE_REALM) < 0) {
    verdict.refuse(ERROR_BAD_REQUEST);
    return NOBODY;
  }
  const isBidDown = isOfferChanged(view);
  if (isBidDown) {
    verdict.refuse(ERROR_BAD_REQUEST);
  }
  const nonceLife = facts.nonces.lifeOf(nonce, facts.client, facts.unixNow);
  if (nonceLife !== 'live') {
    verdict.refuse(ERROR_STALE_NONCE, nonceLife === 'over' ? 'surely' : 'perhaps');
    // The features that an invented nonce names decide which key is tried (RFC 8489 §9.2.4).
    verdict.refuse(ERROR_UNAUTHENTICATED, 'perhaps');
  }
  const credential = facts.book.find(username);
  const isAccepted =
    credential !== undefined &&
    isSignedWith(view, integrityKey(view, credential), facts.hashes) &&
    facts.standing.isGood(credential) &&
    !facts.standing.isExpired(credential, facts.unixNow);
  if (!isAccepted) {
    verdict.refuse(ERROR_UNAUTHENTICATED);
  }
  return { credential, authenticity: isAccepted && !isBidDown ? nonceLife : 'over' };
}

/** Whether PASSWORD-ALGORITHMS comes back other than the server sent it (RFC 8489 §9.2.4): SHA-256, then MD5. */
function isOfferChanged(view: MessageView): boolean {
  const index = view.find(ATTRIBUTE_PASSWORD_ALGORITHMS);
  const at = index < 0 ? 0 : view.attributeAt(index);
  return index >= 0 && encodeHex(view.bytes.subarray(at, at + view.attributeLength(index))) !== '0002000000010000';
}

/** The key of the credential that a request is signed with, by the password algorithm that it names (RFC 8489 §9.2.3). */
export function integrityKey(request: MessageView, credential: SimulatedCredential): Uint8Array {
  const index = request.find(ATTRIBUTE_PASSWORD_ALGORITHM);
  const isSha256 = index >= 0 && readPasswordAlgorithm(request, index) === PASSWORD_ALGORITHM_SHA256;
  return isSha256 ? credential.sha256Key : credential.md5Key;
}

/** Whether the key made the integrity of a message, of whichever kind. */
export function isSignedWith(view: MessageView, key: Uint8Array, hashes: Hashes): boolean {
  return view.integritySha256At >= 0 ? verifyIntegritySha256(hashes, view, key) : verifyIntegrity(hashes, view, key);
}

function readOptionalText(view: MessageView, type: number): string | undefined {
  const index = view.find(type);
  return index < 0 ? undefined : readText(view, index);
}
