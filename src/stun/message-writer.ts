import { assert } from '../base/assert.ts';
import { copyBytes, readU32, writeU16, writeU32, writeUtf8 } from '../base/bytes.ts';
import type { Hashes } from '../base/hash.ts';
import { STUN_HEADER_BYTES, STUN_MESSAGE_BYTES_MAX } from '../base/limits.ts';
import { type AddressWords, type Family, familyOf, IPV4, portOf } from '../base/socket-address.ts';
import { encodeAddressFamily } from './attributes/address-family.ts';
import { ICMP_CODE_BITS, ICMP_TYPE_MAX, ICMP_VALUE_BYTES } from './attributes/icmp.ts';
import { isTextWithinLimits } from './attributes/text.ts';
import { EVEN_PORT_RESERVE } from './attributes/turn-values.ts';
import { computeFingerprint } from './fingerprint.ts';
import {
  ATTRIBUTE_HEADER_BYTES,
  INTEGRITY_BYTES,
  INTEGRITY_SHA256_BYTES_MAX,
  INTEGRITY_SHA256_BYTES_MIN,
  MAGIC_COOKIE,
  TRANSACTION_ID_BYTES,
} from './message-layout.ts';
import { encodeMessageType, type MessageClass } from './message-type.ts';
import {
  ATTRIBUTE_ADDRESS_ERROR_CODE,
  ATTRIBUTE_CHANNEL_NUMBER,
  ATTRIBUTE_DONT_FRAGMENT,
  ATTRIBUTE_ERROR_CODE,
  ATTRIBUTE_EVEN_PORT,
  ATTRIBUTE_FINGERPRINT,
  ATTRIBUTE_ICMP,
  ATTRIBUTE_LIFETIME,
  ATTRIBUTE_MESSAGE_INTEGRITY,
  ATTRIBUTE_MESSAGE_INTEGRITY_SHA256,
  ATTRIBUTE_PASSWORD_ALGORITHM,
  ATTRIBUTE_PASSWORD_ALGORITHMS,
  ATTRIBUTE_REQUESTED_TRANSPORT,
  ATTRIBUTE_SOFTWARE,
  ATTRIBUTE_UNKNOWN_ATTRIBUTES,
} from './registry/attributes.ts';
import { reasonOf } from './registry/error-codes.ts';

const NO_BYTES = new Uint8Array(0);

/**
 * Writes one STUN message at a time into the caller's bytes. A writer is made once and reused: `begin` points it at a place,
 * each `add…` appends one attribute with zeroed padding and keeps the header's length field true, so that after any of
 * them the bytes are a whole message of `length` bytes. Nothing is written outside the capacity: what does not fit is left
 * out, as is all that follows, and `overflowed` says so.
 *
 * Attributes are read in this order by everyone: the others, MESSAGE-INTEGRITY, MESSAGE-INTEGRITY-SHA256, FINGERPRINT.
 */
export class MessageWriter {
  bytes: Uint8Array = NO_BYTES;
  /** Where the message begins in `bytes`. */
  offset = 0;
  /** Bytes of the message so far, its header included. */
  length = 0;
  /** Whether the capacity was too small for everything that was added. */
  overflowed = false;

  #capacity = 0;

  /**
   * Starts a message at `offset`, of at most `capacity` bytes. Its transaction identifier is copied from the 12 bytes at
   * `transactionAt` of `transactionSource`, which may lie in `bytes`.
   */
  begin(
    bytes: Uint8Array,
    offset: number,
    capacity: number,
    messageClass: MessageClass,
    method: number,
    transactionSource: Uint8Array,
    transactionAt: number,
  ): void {
    assert(offset >= 0 && capacity >= 0 && offset + capacity <= bytes.length, 'the capacity lies within the bytes');
    this.bytes = bytes;
    this.offset = offset;
    this.#capacity = Math.min(capacity, STUN_MESSAGE_BYTES_MAX);
    this.overflowed = this.#capacity < STUN_HEADER_BYTES;
    this.length = this.overflowed ? 0 : STUN_HEADER_BYTES;
    if (!this.overflowed) {
      copyBytes(transactionSource, transactionAt, bytes, offset + 8, TRANSACTION_ID_BYTES);
      writeU16(bytes, offset, encodeMessageType(messageClass, method));
      writeU16(bytes, offset + 2, 0);
      writeU32(bytes, offset + 4, MAGIC_COOKIE);
    }
  }

  /**
   * Appends any attribute, with a value of `length` bytes from `at` of `source` on. These may lie in the bytes that are
   * written to, but not where the attribute's header goes.
   */
  addBytes(type: number, source: Uint8Array, at = 0, length = source.length - at): void {
    const valueAt = this.#append(type, length);
    if (valueAt >= 0) {
      copyBytes(source, at, this.bytes, valueAt, length);
      this.#zeroPadding(valueAt, length);
    }
  }

  /**
   * Appends a value whose `length` bytes are already in place, ATTRIBUTE_HEADER_BYTES behind the end of the message: a relayed
   * payload becomes DATA without being copied.
   */
  addInPlace(type: number, length: number): void {
    const valueAt = this.#append(type, length);
    if (valueAt >= 0) {
      this.#zeroPadding(valueAt, length);
    }
  }

  /** Appends a value of one 32-bit number. */
  addU32(type: number, value: number): void {
    const valueAt = this.#append(type, 4);
    if (valueAt >= 0) {
      writeU32(this.bytes, valueAt, value);
    }
  }

  /** Appends an attribute without a value. */
  addEmpty(type: number): void {
    this.#append(type, 0);
  }

  /** Appends MAPPED-ADDRESS or ALTERNATE-SERVER (RFC 8489 §14.1, §14.15). */
  addAddress(type: number, words: AddressWords, at = 0): void {
    this.#addAddress(type, words, at, false);
  }

  /** Appends XOR-MAPPED-ADDRESS, XOR-PEER-ADDRESS or XOR-RELAYED-ADDRESS (RFC 8489 §14.2, RFC 8656 §18.3, §18.5). */
  addXorAddress(type: number, words: AddressWords, at = 0): void {
    this.#addAddress(type, words, at, true);
  }

  /** Appends USERNAME, REALM, NONCE, SOFTWARE or ALTERNATE-DOMAIN; `text` keeps to the limits of `type` (text.ts). */
  addText(type: number, text: string): void {
    assert(isTextWithinLimits(type, text), 'a text attribute keeps to its length');
    this.#addTextBehind(type, 0, text);
  }

  /** Appends ERROR-CODE (RFC 8489 §14.8); `reason` has at most 127 characters. */
  addErrorCode(code: number, reason: string = reasonOf(code)): void {
    this.#addError(ATTRIBUTE_ERROR_CODE, 0, code, reason);
  }

  /** Appends ADDRESS-ERROR-CODE: why there is no relayed address of `family` (RFC 8656 §18.12). */
  addAddressErrorCode(family: Family, code: number, reason: string = reasonOf(code)): void {
    this.#addError(ATTRIBUTE_ADDRESS_ERROR_CODE, encodeAddressFamily(family), code, reason);
  }

  /** Appends UNKNOWN-ATTRIBUTES with the first `count` of `types` (RFC 8489 §14.13). */
  addUnknownAttributes(types: Uint16Array, count = types.length): void {
    const valueAt = this.#append(ATTRIBUTE_UNKNOWN_ATTRIBUTES, 2 * count);
    if (valueAt >= 0) {
      for (let i = 0; i < count; i += 1) {
        writeU16(this.bytes, valueAt + 2 * i, types[i] as number);
      }
      this.#zeroPadding(valueAt, 2 * count);
    }
  }

  /** Appends PASSWORD-ALGORITHM without parameters (RFC 8489 §14.12). */
  addPasswordAlgorithm(algorithm: number): void {
    this.addU32(ATTRIBUTE_PASSWORD_ALGORITHM, algorithm * 0x10000);
  }

  /** Appends PASSWORD-ALGORITHMS without parameters, the preferred one first (RFC 8489 §14.11). */
  addPasswordAlgorithms(algorithms: readonly number[]): void {
    const valueAt = this.#append(ATTRIBUTE_PASSWORD_ALGORITHMS, 4 * algorithms.length);
    if (valueAt >= 0) {
      for (let i = 0; i < algorithms.length; i += 1) {
        writeU32(this.bytes, valueAt + 4 * i, (algorithms[i] as number) * 0x10000);
      }
    }
  }

  /** Appends LIFETIME (RFC 8656 §18.2). */
  addLifetime(seconds: number): void {
    this.addU32(ATTRIBUTE_LIFETIME, seconds);
  }

  /** Appends CHANNEL-NUMBER (RFC 8656 §18.1). */
  addChannelNumber(channel: number): void {
    this.addU32(ATTRIBUTE_CHANNEL_NUMBER, channel * 0x10000);
  }

  /** Appends REQUESTED-TRANSPORT (RFC 8656 §18.8). */
  addRequestedTransport(protocol: number): void {
    this.addU32(ATTRIBUTE_REQUESTED_TRANSPORT, protocol * 0x1000000);
  }

  /** Appends REQUESTED-ADDRESS-FAMILY or ADDITIONAL-ADDRESS-FAMILY (RFC 8656 §18.6, §18.11). */
  addAddressFamily(type: number, family: Family): void {
    this.addU32(type, encodeAddressFamily(family) * 0x1000000);
  }

  /** Appends EVEN-PORT (RFC 8656 §18.7); `reserveNext` is its R bit. */
  addEvenPort(reserveNext: boolean): void {
    const valueAt = this.#append(ATTRIBUTE_EVEN_PORT, 1);
    if (valueAt >= 0) {
      this.bytes[valueAt] = reserveNext ? EVEN_PORT_RESERVE : 0;
      this.#zeroPadding(valueAt, 1);
    }
  }

  /** Appends DONT-FRAGMENT (RFC 8656 §18.9). */
  addDontFragment(): void {
    this.addEmpty(ATTRIBUTE_DONT_FRAGMENT);
  }

  /** Appends ICMP (RFC 8656 §18.13): a type of at most 127, a code of at most 511, and the MTU or 0. */
  addIcmp(icmpType: number, code: number, data: number): void {
    assert(icmpType <= ICMP_TYPE_MAX && code < 1 << ICMP_CODE_BITS, 'an ICMP type has 7 bits and a code 9');
    const valueAt = this.#append(ATTRIBUTE_ICMP, ICMP_VALUE_BYTES);
    if (valueAt >= 0) {
      writeU32(this.bytes, valueAt, (icmpType << ICMP_CODE_BITS) | code);
      writeU32(this.bytes, valueAt + 4, data);
    }
  }

  /** Appends MESSAGE-INTEGRITY over all that stands before it (RFC 8489 §14.5). */
  addIntegrity(hashes: Hashes, key: Uint8Array): void {
    const valueAt = this.#append(ATTRIBUTE_MESSAGE_INTEGRITY, INTEGRITY_BYTES);
    if (valueAt >= 0) {
      this.bytes.set(hashes.hmacSha1(key, this.#before(valueAt)), valueAt);
    }
  }

  /** Appends MESSAGE-INTEGRITY-SHA256 over all that stands before it, cut to `length` bytes (RFC 8489 §14.6). */
  addIntegritySha256(hashes: Hashes, key: Uint8Array, length: number = INTEGRITY_SHA256_BYTES_MAX): void {
    assert(
      length >= INTEGRITY_SHA256_BYTES_MIN && length <= INTEGRITY_SHA256_BYTES_MAX && length % 4 === 0,
      'MESSAGE-INTEGRITY-SHA256 has 16 to 32 bytes, a multiple of 4',
    );
    const valueAt = this.#append(ATTRIBUTE_MESSAGE_INTEGRITY_SHA256, length);
    if (valueAt >= 0) {
      copyBytes(hashes.hmacSha256(key, this.#before(valueAt)), 0, this.bytes, valueAt, length);
    }
  }

  /** Appends FINGERPRINT, which must be the last attribute (RFC 8489 §14.7). */
  addFingerprint(): void {
    const valueAt = this.#append(ATTRIBUTE_FINGERPRINT, 4);
    if (valueAt >= 0) {
      const coveredLength = valueAt - ATTRIBUTE_HEADER_BYTES - this.offset;
      writeU32(this.bytes, valueAt, computeFingerprint(this.bytes, this.offset, coveredLength));
    }
  }

  /** Makes room for one attribute and writes its header. Returns where its value goes, or -1 when there is no room. */
  #append(type: number, length: number): number {
    const at = this.offset + this.length;
    const end = this.length + ATTRIBUTE_HEADER_BYTES + ((length + 3) & ~3);
    if (this.overflowed || end > this.#capacity) {
      this.overflowed = true;
      return -1;
    }
    writeU16(this.bytes, at, type);
    writeU16(this.bytes, at + 2, length);
    this.length = end;
    writeU16(this.bytes, this.offset + 2, end - STUN_HEADER_BYTES);
    return at + ATTRIBUTE_HEADER_BYTES;
  }

  /** Zero even though receivers ignore it, so that no byte of an earlier packet leaves in it (RFC 8489 §14). */
  #zeroPadding(valueAt: number, length: number): void {
    const end = this.offset + this.length;
    for (let at = valueAt + length; at < end; at += 1) {
      this.bytes[at] = 0;
    }
  }

  #before(valueAt: number): Uint8Array {
    return this.bytes.subarray(this.offset, valueAt - ATTRIBUTE_HEADER_BYTES);
  }

  #addAddress(type: number, words: AddressWords, at: number, isXored: boolean): void {
    const { bytes, offset } = this;
    const isIpv4 = familyOf(words, at) === IPV4;
    const valueAt = this.#append(type, isIpv4 ? 8 : 20);
    if (valueAt < 0) {
      return;
    }
    writeU16(bytes, valueAt, encodeAddressFamily(familyOf(words, at)));
    writeU16(bytes, valueAt + 2, portOf(words, at) ^ (isXored ? MAGIC_COOKIE >>> 16 : 0));
    for (let word = 0; word < (isIpv4 ? 1 : 4); word += 1) {
      // The cookie and the transaction identifier behind it lie one after the other from byte 4 on.
      const mask = isXored ? readU32(bytes, offset + 4 + 4 * word) : 0;
      writeU32(bytes, valueAt + 4 + 4 * word, (words[at + 1 + word] as number) ^ mask);
    }
  }

  #addError(type: number, family: number, code: number, reason: string): void {
    assert(code >= 300 && code <= 699, 'an error code is 300 to 699');
    assert(isTextWithinLimits(ATTRIBUTE_SOFTWARE, reason), 'a reason phrase keeps to its length');
    const valueAt = this.#addTextBehind(type, 4, reason);
    if (valueAt >= 0) {
      writeU32(this.bytes, valueAt, family * 0x1000000 + (Math.floor(code / 100) << 8) + (code % 100));
    }
  }

  /** Appends `text` behind `room` bytes that the caller fills. Returns where the value begins, or -1. */
  #addTextBehind(type: number, room: number, text: string): number {
    const textAt = this.offset + this.length + ATTRIBUTE_HEADER_BYTES + room;
    const written = this.overflowed ? -1 : writeUtf8(text, this.bytes, textAt, this.offset + this.#capacity);
    const valueAt = written < 0 ? -1 : this.#append(type, room + written);
    if (valueAt < 0) {
      this.overflowed = true;
      return -1;
    }
    this.#zeroPadding(valueAt, room + written);
    return valueAt;
  }
}
