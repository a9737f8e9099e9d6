import { assert } from '../base/assert.ts';
import {
  concatBytes,
  decodeHex,
  decodeUtf8,
  encodeHex,
  encodeUtf8,
  equalBytes,
  readU16,
  readU32,
  writeU16,
  writeU32,
} from '../base/bytes.ts';
import type { UnixMs } from '../base/clock.ts';
import type { Hashes } from '../base/hash.ts';
import { CREDENTIAL_USERNAME_BYTES_MIN, CUSTOM_IDENTIFIER_BYTES_MAX, MASTER_SECRET_BYTES_MIN } from '../base/limits.ts';
import type { KeyUid, Username } from './ids.ts';

/**
 * Credentials that nobody stores. A username carries what a relay must know of it, sealed under keys that only the
 * installation has; the credential is a keyed hash of the username. The relay therefore needs no look-up.
 *
 * ```
 * plaintext  = issued at, milliseconds since 1970 (6) ‖ random (6) ‖ key uid (16) ‖ expiry, seconds since 1970 (4)
 *              ‖ custom identifier, UTF-8 (0 to 64)                                        all numbers big-endian
 * siv        = HMAC-SHA-256(mac key, plaintext), its first 16 bytes
 * username   = hex(siv ‖ AES-256-CTR(cipher key, iv = siv, plaintext))
 * credential = hex(HMAC-SHA-384(signing secret of the TURN key, username as ASCII))
 *
 * mac key        = HKDF-SHA-256(master secret, info = "taciturn username mac", 32)
 * cipher key     = HKDF-SHA-256(master secret, info = "taciturn username cipher", 32)
 * signing secret = HKDF-SHA-256(master secret, info = "taciturn signing secret" ‖ key uid (16), 48)
 * ```
 *
 * The synthetic IV (the construction of RFC 5297, with HMAC in the place of S2V) has no nonce that could repeat, and
 * any change of a username makes it another username that nobody issued. Hexadecimal digits are lower case only: were
 * a second spelling of one username accepted, revoking the first would leave the second alive.
 */

/** The keys that follow from one master secret. */
export interface InstallationKeys {
  /** 32 bytes. */
  readonly macKey: Uint8Array;
  /** 32 bytes. */
  readonly cipherKey: Uint8Array;
  /** The master secret itself, from which each TURN key's signing secret is derived. */
  readonly master: Uint8Array;
}

/** What a username says about itself. */
export interface UsernameClaims {
  readonly keyUid: KeyUid;
  /** Exact to the millisecond. */
  readonly issuedAt: UnixMs;
  /** A whole second. */
  readonly expiresAt: UnixMs;
  /** Empty when the credential has none. */
  readonly customIdentifier: string;
}

/** What makes two usernames of the same claims differ. */
export interface UsernameInput extends UsernameClaims {
  /** {@link USERNAME_RANDOM_BYTES} unpredictable bytes. */
  readonly random: Uint8Array;
}

/** Verified claims, with the keys under which they verified. */
export interface DecodedUsername extends UsernameClaims {
  readonly keys: InstallationKeys;
}

/** Random bytes in a username: with the millisecond of issue, enough that no two usernames of a key are equal in practice. */
export const USERNAME_RANDOM_BYTES = 6;

const SIV_BYTES = 16;
const RANDOM_AT = 6;
const KEY_UID_AT = 12;
const EXPIRY_AT = 28;
const CUSTOM_IDENTIFIER_AT = 32;
const DERIVED_KEY_BYTES = 32;
const SIGNING_SECRET_BYTES = 48;
const USERNAME_CHARACTERS_MAX = CREDENTIAL_USERNAME_BYTES_MIN + 2 * CUSTOM_IDENTIFIER_BYTES_MAX;
const UINT32_VALUES = 0x1_0000_0000;
const UINT48_VALUES = 0x1_0000_0000_0000;

const MAC_INFO = encodeUtf8('taciturn username mac');
const CIPHER_INFO = encodeUtf8('taciturn username cipher');
const SIGNING_INFO = encodeUtf8('taciturn signing secret');

/** Derives the keys of one master secret, which has at least 32 bytes. Done once, not per credential. */
export function deriveInstallationKeys(hashes: Hashes, masterSecret: Uint8Array): InstallationKeys {
  assert(masterSecret.length >= MASTER_SECRET_BYTES_MIN, 'a master secret has at least 32 bytes');
  return {
    macKey: hashes.hkdfSha256(masterSecret, MAC_INFO, DERIVED_KEY_BYTES),
    cipherKey: hashes.hkdfSha256(masterSecret, CIPHER_INFO, DERIVED_KEY_BYTES),
    master: masterSecret,
  };
}

/** The 48-byte secret under which one TURN key's credentials are derived. */
export function deriveSigningSecret(hashes: Hashes, keys: InstallationKeys, keyUid: KeyUid): Uint8Array {
  return hashes.hkdfSha256(keys.master, concatBytes(SIGNING_INFO, keyUidBytes(keyUid)), SIGNING_SECRET_BYTES);
}

/**
 * The username of these claims: 96 hexadecimal digits, and two more for each byte of custom identifier.
 * The caller has checked the claims: an identifier of well-formed UTF-8 within its limit, an expiry on a whole second.
 */
export function encodeUsername(hashes: Hashes, keys: InstallationKeys, input: UsernameInput): Username {
  const plaintext = encodeClaims(input);
  const siv = synthesizeIv(hashes, keys, plaintext);
  const sealed = hashes.aes256Ctr(keys.cipherKey, siv, plaintext);
  return encodeHex(concatBytes(siv, sealed)) as Username;
}

/**
 * The claims of a username that one of `keys` sealed, or undefined for every other text. Whether the credential has
 * expired, or the key still exists, is the caller's question.
 *
 * Never throws. Every key is tried, and what is forged is read as well, as so many zeroes: the time that this takes tells the
 * username's length, and not whether somebody sealed it.
 */
export function decodeUsername(
  hashes: Hashes,
  keys: readonly InstallationKeys[],
  username: Username,
): DecodedUsername | undefined {
  const bytes = decodeUsernameBytes(username);
  if (bytes === undefined) {
    return undefined;
  }
  const siv = bytes.subarray(0, SIV_BYTES);
  const sealed = bytes.subarray(SIV_BYTES);
  let decoded: DecodedUsername | undefined;
  for (const candidate of keys) {
    const plaintext = hashes.aes256Ctr(candidate.cipherKey, siv, sealed);
    const expected = synthesizeIv(hashes, candidate, plaintext);
    const isGenuine = equalBytes(siv, 0, expected, 0, SIV_BYTES);
    const claims = decodeClaims(isGenuine ? plaintext : plaintext.fill(0), candidate);
    decoded = isGenuine ? claims : decoded;
  }
  return decoded;
}

/** The credential (the TURN password) that belongs to a username of this TURN key: 96 hexadecimal digits. */
export function deriveCredential(hashes: Hashes, keys: InstallationKeys, keyUid: KeyUid, username: Username): string {
  return signUsername(hashes, deriveSigningSecret(hashes, keys, keyUid), username);
}

/** The same, where the TURN key's signing secret has been derived before. */
export function signUsername(hashes: Hashes, signingSecret: Uint8Array, username: Username): string {
  return encodeHex(hashes.hmacSha384(signingSecret, encodeUtf8(username)));
}

function synthesizeIv(hashes: Hashes, keys: InstallationKeys, plaintext: Uint8Array): Uint8Array {
  return hashes.hmacSha256(keys.macKey, plaintext).subarray(0, SIV_BYTES);
}

function encodeClaims(input: UsernameInput): Uint8Array {
  const identifier = encodeUtf8(input.customIdentifier);
  assert(identifier.length <= CUSTOM_IDENTIFIER_BYTES_MAX, 'a custom identifier has at most 64 bytes');
  assert(input.random.length === USERNAME_RANDOM_BYTES, 'a username has 6 random bytes');
  const expirySeconds = input.expiresAt / 1000;
  assert(isBelow(expirySeconds, UINT32_VALUES), 'an expiry is a whole second that fits 32 bits');
  assert(isBelow(input.issuedAt, UINT48_VALUES), 'a time of issue is a whole millisecond that fits 48 bits');

  const plaintext = new Uint8Array(CUSTOM_IDENTIFIER_AT + identifier.length);
  writeU16(plaintext, 0, Math.floor(input.issuedAt / UINT32_VALUES));
  writeU32(plaintext, 2, input.issuedAt % UINT32_VALUES);
  plaintext.set(input.random, RANDOM_AT);
  plaintext.set(keyUidBytes(input.keyUid), KEY_UID_AT);
  writeU32(plaintext, EXPIRY_AT, expirySeconds);
  plaintext.set(identifier, CUSTOM_IDENTIFIER_AT);
  return plaintext;
}

function decodeClaims(plaintext: Uint8Array, keys: InstallationKeys): DecodedUsername | undefined {
  const customIdentifier = decodeUtf8(plaintext, CUSTOM_IDENTIFIER_AT, plaintext.length);
  if (customIdentifier === undefined) {
    return undefined;
  }
  return {
    issuedAt: (readU16(plaintext, 0) * UINT32_VALUES + readU32(plaintext, 2)) as UnixMs,
    keyUid: encodeHex(plaintext.subarray(KEY_UID_AT, EXPIRY_AT)) as KeyUid,
    expiresAt: (readU32(plaintext, EXPIRY_AT) * 1000) as UnixMs,
    customIdentifier,
    keys,
  };
}

function decodeUsernameBytes(username: Username): Uint8Array | undefined {
  if (username.length < CREDENTIAL_USERNAME_BYTES_MIN || username.length > USERNAME_CHARACTERS_MAX) {
    return undefined;
  }
  return isLowerHex(username) ? decodeHex(username) : undefined;
}

function isLowerHex(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const isDigit = code >= 0x30 && code <= 0x39;
    const isLowerLetter = code >= 0x61 && code <= 0x66;
    if (!isDigit && !isLowerLetter) {
      return false;
    }
  }
  return true;
}

function keyUidBytes(keyUid: KeyUid): Uint8Array {
  const bytes = decodeHex(keyUid);
  assert(bytes !== undefined && bytes.length === EXPIRY_AT - KEY_UID_AT, 'a key uid is 32 hexadecimal digits');
  return bytes;
}

function isBelow(value: number, bound: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < bound;
}
