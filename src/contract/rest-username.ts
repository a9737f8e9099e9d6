import { encodeHex, encodeUtf8, utf8Length } from '../base/bytes.ts';
import type { UnixMs } from '../base/clock.ts';
import type { Hashes } from '../base/hash.ts';
import { CUSTOM_IDENTIFIER_BYTES_MAX, USERNAME_BYTES_MAX } from '../base/limits.ts';
import type { CredentialId, KeyUid, Username } from './ids.ts';

/*
 * Usernames of draft-uberti-behave-turn-rest-00 §2.2, which programs that share a secret with the relay make themselves:
 * when the credential expires, in seconds since 1970, then, where they name a user, a colon and the user.
 */

/** What such a username says. Anybody can write one: the password is what proves that it was made with a secret. */
export interface RestUsername {
  readonly expiresAt: UnixMs;
  /** The user, as usage and revocations name it; empty when there is none. */
  readonly customIdentifier: string;
}

/** Ten digits reach the year 2286; milliseconds since 1970, a common mistake, have thirteen. */
const REST_USERNAME = /^(\d{1,10})(?::(.*))?$/s;
const SHORTENED_HASH_BYTES = 8;
/** Before the hash of a user that is too long: what remains of 64 bytes without `~` and 16 digits. */
const SHORTENED_PREFIX_BYTES = CUSTOM_IDENTIFIER_BYTES_MAX - 1 - 2 * SHORTENED_HASH_BYTES;

/** Whether a username has the form of the draft. None that `encodeUsername` makes has it: those are longer, without a colon. */
export function isRestUsername(username: Username): boolean {
  return REST_USERNAME.test(username);
}

/**
 * Reads a username of the draft's form; undefined for every other one, for one that is longer than STUN allows, and for one
 * with U+0000, which no database keeps.
 */
export function parseRestUsername(hashes: Hashes, username: Username): RestUsername | undefined {
  const [, seconds, user = ''] = REST_USERNAME.exec(username) ?? [];
  if (seconds === undefined || user.includes('\0') || utf8Length(username) > USERNAME_BYTES_MAX) {
    return undefined;
  }
  return { expiresAt: (Number(seconds) * 1000) as UnixMs, customIdentifier: shortenUser(hashes, user) };
}

/**
 * What tells the credential from every other of the installation. A username that the service issued is the only one of its
 * kind; programs that make their own may well make the same one, each with the secret of its own key.
 */
export function identifyCredential(keyUid: KeyUid, username: Username): CredentialId {
  return (isRestUsername(username) ? `${keyUid}/${username}` : username) as string as CredentialId;
}

/**
 * A user that is longer than a custom identifier may be becomes its first characters, `~`, and 16 digits of its SHA-256: the
 * same at every relay, and another for every other user.
 */
function shortenUser(hashes: Hashes, user: string): string {
  const bytes = encodeUtf8(user);
  if (bytes.length <= CUSTOM_IDENTIFIER_BYTES_MAX) {
    return user;
  }
  const digits = encodeHex(hashes.sha256(bytes).subarray(0, SHORTENED_HASH_BYTES));
  return `${takeBytes(user, SHORTENED_PREFIX_BYTES)}~${digits}`;
}

/** The first characters of a text that together have at most so many bytes of UTF-8. */
function takeBytes(text: string, bytesMax: number): string {
  let taken = '';
  for (const character of text) {
    if (utf8Length(taken + character) > bytesMax) {
      break;
    }
    taken += character;
  }
  return taken;
}
