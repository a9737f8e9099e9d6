import { encodeUtf8, equalBytes, readU32, writeU32 } from '../base/bytes.ts';
import type { UnixMs } from '../base/clock.ts';
import type { Hashes } from '../base/hash.ts';
import { ADDRESS_WORDS, type AddressWords } from '../base/socket-address.ts';
import type { ClientTransport } from '../contract/ids.ts';
import { NONCE_COOKIE, SECURITY_PASSWORD_ALGORITHMS } from '../stun/registry/security-features.ts';

const BASE64_DIGITS = encodeUtf8('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
/** The cookie's text and the four characters of the security features (RFC 8489 §9.2). */
const COOKIE_CHARACTERS = NONCE_COOKIE.length + 4;
/** Bytes in the sealed part: when it was made, and why one must believe it. */
const STAMP_BYTES = 3;
const MAC_BYTES = 9;
const NONCE_CHARACTERS = COOKIE_CHARACTERS + ((STAMP_BYTES + MAC_BYTES) / 3) * 4;
/** What a stamp counts. Its 24 bits then last for 4 years, after which an old nonce could pass for a new one. */
const STAMP_UNIT_MS = 8_000;
const STAMP_VALUES = 0x1000000;
/** How far ahead of its reader's clock a nonce may be, in units: workers learn of a changed clock one after the other. */
const STAMP_LEAD_MAX = 1;
const TRANSPORT_NUMBER: Readonly<Record<ClientTransport, number>> = { udp: 1, tcp: 2, tls: 3 };

/**
 * Nonces that nobody stores. Each is the cookie of RFC 8489 §9.2 with the bit for password algorithms, and
 *
 * ```
 * base64( time, 24 bits of 8 s ‖ HMAC-SHA-256(key, time ‖ transport ‖ client address and port), its first 9 bytes )
 * ```
 *
 * so that it is good for one client address alone (§9.2.4: never the same nonce for two of them), and for a limited time.
 *
 * Deviates: from RFC 8656 §5, which would like a random one for each Allocate request. To tell a random nonce that was issued
 * from one that was not, it would have to be stored, by requests that nobody has authenticated; this one is as hard to guess.
 */
export class NonceMint {
  readonly #hashes: Hashes;
  readonly #key: Uint8Array;
  readonly #lifetimeUnits: number;
  /** What the HMAC covers. */
  readonly #covered = new Uint8Array(STAMP_BYTES + 1 + 4 * ADDRESS_WORDS);
  /** The nonce that was made last. */
  readonly #nonce = new Uint8Array(NONCE_CHARACTERS);

  /** `key` is secret, and the same in all workers. */
  constructor(hashes: Hashes, key: Uint8Array, lifetimeMs: number) {
    this.#hashes = hashes;
    this.#key = key;
    this.#lifetimeUnits = Math.ceil(lifetimeMs / STAMP_UNIT_MS);
    this.#nonce.set(encodeUtf8(NONCE_COOKIE));
    encodeBase64(SECURITY_PASSWORD_ALGORITHMS, this.#nonce, NONCE_COOKIE.length);
  }

  /** A nonce for the client at `at`, in an array that is valid until the next call of any method. */
  issue(transport: ClientTransport, client: AddressWords, at: number, now: UnixMs): Uint8Array {
    return this.#make(stampOf(now), transport, client, at);
  }

  /** Whether `length` bytes at `offset` are a nonce that was issued to the client at `at` and has not expired. */
  isFresh(
    bytes: Uint8Array,
    offset: number,
    length: number,
    transport: ClientTransport,
    client: AddressWords,
    at: number,
    now: UnixMs,
  ): boolean {
    if (length !== NONCE_CHARACTERS) {
      return false;
    }
    const stamp = decodeBase64(bytes, offset + COOKIE_CHARACTERS);
    if (stamp < 0 || !this.#isYoung(stampOf(now) - stamp)) {
      return false;
    }
    return equalBytes(this.#make(stamp, transport, client, at), 0, bytes, offset, length);
  }

  #isYoung(age: number): boolean {
    const wrapped = (age + STAMP_VALUES + STAMP_LEAD_MAX) % STAMP_VALUES;
    return wrapped <= this.#lifetimeUnits + STAMP_LEAD_MAX;
  }

  #make(stamp: number, transport: ClientTransport, client: AddressWords, at: number): Uint8Array {
    const covered = this.#covered;
    writeU32(covered, 0, stamp * 0x100 + TRANSPORT_NUMBER[transport]);
    for (let word = 0; word < ADDRESS_WORDS; word += 1) {
      writeU32(covered, STAMP_BYTES + 1 + 4 * word, client[at + word] as number);
    }
    const mac = this.#hashes.hmacSha256(this.#key, covered);
    let offset = COOKIE_CHARACTERS;
    encodeBase64(stamp, this.#nonce, offset);
    for (let i = 0; i < MAC_BYTES; i += 3) {
      offset += 4;
      encodeBase64(readU32(mac, i) >>> 8, this.#nonce, offset);
    }
    return this.#nonce;
  }
}

/** Whether a NONCE that came back begins with the cookie and its bit for password algorithms (RFC 8489 §9.2.4). */
export function offersPasswordAlgorithms(bytes: Uint8Array, offset: number, length: number): boolean {
  if (length < COOKIE_CHARACTERS) {
    return false;
  }
  for (let i = 0; i < NONCE_COOKIE.length; i += 1) {
    if (bytes[offset + i] !== NONCE_COOKIE.charCodeAt(i)) {
      return false;
    }
  }
  const features = decodeBase64(bytes, offset + NONCE_COOKIE.length);
  return features >= 0 && (features & SECURITY_PASSWORD_ALGORITHMS) !== 0;
}

function stampOf(now: UnixMs): number {
  return Math.floor(now / STAMP_UNIT_MS) % STAMP_VALUES;
}

/** Writes 24 bits as four characters (RFC 4648 §4). */
function encodeBase64(value: number, out: Uint8Array, at: number): void {
  for (let i = 0; i < 4; i += 1) {
    out[at + i] = BASE64_DIGITS[(value >>> (18 - 6 * i)) & 63] as number;
  }
}

/** The 24 bits in four characters, or -1 when one of them is no digit. */
function decodeBase64(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let i = 0; i < 4; i += 1) {
    const digit = BASE64_DIGITS.indexOf(bytes[at + i] as number);
    if (digit < 0) {
      return -1;
    }
    value = value * 64 + digit;
  }
  return value;
}
