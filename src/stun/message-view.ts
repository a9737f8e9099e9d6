import { readU16, readU32 } from '../base/bytes.ts';
import { STUN_ATTRIBUTES_MAX, STUN_HEADER_BYTES } from '../base/limits.ts';
import { computeFingerprint } from './fingerprint.ts';
import {
  ATTRIBUTE_HEADER_BYTES,
  FINGERPRINT_BYTES,
  INTEGRITY_BYTES,
  INTEGRITY_SHA256_BYTES_MAX,
  INTEGRITY_SHA256_BYTES_MIN,
  MAGIC_COOKIE,
} from './message-layout.ts';
import { CLASS_REQUEST, classOfMessageType, type MessageClass, methodOfMessageType } from './message-type.ts';
import {
  ATTRIBUTE_FINGERPRINT,
  ATTRIBUTE_MESSAGE_INTEGRITY,
  ATTRIBUTE_MESSAGE_INTEGRITY_SHA256,
  ATTRIBUTE_OPTIONAL_MIN,
} from './registry/attributes.ts';

/** Why bytes are not a STUN message; such a packet is dropped without an answer (RFC 8489 §6.3). */
export type ParseFailure =
  /** Fewer bytes than a header. */
  | 'truncated'
  /** The two most significant bits of the type are not zero. */
  | 'bad-type'
  /** No magic cookie: an RFC 3489 message, or not STUN. */
  | 'bad-cookie'
  /** The length field is not a multiple of 4, or does not say where the bytes end. */
  | 'length-mismatch'
  /** An attribute reaches past the end of the message. */
  | 'attribute-overrun'
  /** More than `STUN_ATTRIBUTES_MAX` attributes. */
  | 'too-many-attributes'
  /** An integrity attribute has a length that its section does not allow. */
  | 'bad-integrity-length'
  /** FINGERPRINT has a wrong length or value, or is not the last attribute. */
  | 'bad-fingerprint';

const NO_BYTES = new Uint8Array(0);

/** `MessageView.#last` while no integrity attribute was met. */
const NO_INTEGRITY = 0;

/**
 * One received STUN message, read where it lies. A view is made once and reused: `parse` points it at the caller's bytes,
 * indexes the attributes, and allocates nothing. What it says holds until the next `parse`, as long as the bytes do.
 *
 * Where an attribute is repeated, `find` tells the first (RFC 8489 §14). Attributes behind MESSAGE-INTEGRITY other than
 * MESSAGE-INTEGRITY-SHA256 and FINGERPRINT, and behind MESSAGE-INTEGRITY-SHA256 other than FINGERPRINT, are not indexed:
 * nothing protects them (RFC 8489 §14.5, §14.6).
 */
export class MessageView {
  bytes: Uint8Array = NO_BYTES;
  /** Where the message begins in `bytes`. */
  offset = 0;
  /** Bytes of the message, its header included. */
  length = 0;
  method = 0;
  messageClass: MessageClass = CLASS_REQUEST;
  /** Where the 12 bytes of the transaction identifier begin in `bytes`. */
  transactionAt = 0;
  /** Indexed attributes. */
  attributeCount = 0;
  /** Where the header of MESSAGE-INTEGRITY begins in `bytes`, or -1. */
  integrityAt = -1;
  /** Where the header of MESSAGE-INTEGRITY-SHA256 begins in `bytes`, or -1. */
  integritySha256At = -1;
  /** Bytes of MESSAGE-INTEGRITY-SHA256's value, which may be truncated; 0 without one. */
  integritySha256Length = 0;
  /** Whether there is a FINGERPRINT; `parse` has verified it. */
  hasFingerprint = false;

  readonly #types = new Uint16Array(STUN_ATTRIBUTES_MAX);
  readonly #lengths = new Uint16Array(STUN_ATTRIBUTES_MAX);
  readonly #ats = new Uint32Array(STUN_ATTRIBUTES_MAX);

  /**
   * Points the view at `length` bytes from `offset` on, all of which must be one message. Never throws, and never reads
   * outside of them. After a failure the view has no attributes.
   * @returns why the bytes are not a message, or undefined when they are.
   */
  parse(bytes: Uint8Array, offset: number, length: number): ParseFailure | undefined {
    this.#clear(bytes, offset, length);
    if (length < STUN_HEADER_BYTES) {
      return 'truncated';
    }
    const type = readU16(bytes, offset);
    if (type > 0x3fff) {
      return 'bad-type';
    }
    if (readU32(bytes, offset + 4) !== MAGIC_COOKIE) {
      return 'bad-cookie';
    }
    const bodyLength = readU16(bytes, offset + 2);
    if (bodyLength % 4 !== 0 || STUN_HEADER_BYTES + bodyLength !== length) {
      return 'length-mismatch';
    }
    this.method = methodOfMessageType(type);
    this.messageClass = classOfMessageType(type);
    const failure = this.#indexAttributes();
    if (failure !== undefined) {
      this.#clear(bytes, offset, length);
    }
    return failure;
  }

  /** The type of attribute `index`, 0 ≤ `index` < `attributeCount`. */
  attributeType(index: number): number {
    return this.#types[index] as number;
  }

  /** Where the value of attribute `index` begins in `bytes`. */
  attributeAt(index: number): number {
    return this.#ats[index] as number;
  }

  /** Bytes of the value of attribute `index`, without padding. */
  attributeLength(index: number): number {
    return this.#lengths[index] as number;
  }

  /** The index of the first attribute of `type` at or after index `from`, or -1. */
  find(type: number, from = 0): number {
    for (let index = from; index < this.attributeCount; index += 1) {
      if (this.#types[index] === type) {
        return index;
      }
    }
    return -1;
  }

  /**
   * Writes the comprehension-required types that are not in `known` to `out`, each once, in the order of the message:
   * what UNKNOWN-ATTRIBUTES of a 420 answer lists (RFC 8489 §6.3.1). The integrity attributes always count as known.
   * @returns how many there are, at most `out.length`.
   */
  unknownRequired(known: ReadonlySet<number>, out: Uint16Array): number {
    let count = 0;
    for (let index = 0; index < this.attributeCount && count < out.length; index += 1) {
      const type = this.#types[index] as number;
      if (type < ATTRIBUTE_OPTIONAL_MIN && !isIntegrity(type) && !known.has(type) && !holds(out, count, type)) {
        out[count] = type;
        count += 1;
      }
    }
    return count;
  }

  #clear(bytes: Uint8Array, offset: number, length: number): void {
    this.bytes = bytes;
    this.offset = offset;
    this.length = length;
    this.method = 0;
    this.messageClass = CLASS_REQUEST;
    this.transactionAt = offset + 8;
    this.attributeCount = 0;
    this.integrityAt = -1;
    this.integritySha256At = -1;
    this.integritySha256Length = 0;
    this.hasFingerprint = false;
  }

  #indexAttributes(): ParseFailure | undefined {
    const { bytes } = this;
    const end = this.offset + this.length;
    // The integrity attribute behind which the walk is; it decides what is still indexed.
    let behind = NO_INTEGRITY;
    let at = this.offset + STUN_HEADER_BYTES;
    // The body is a whole number of words, and so is every attribute: a header at `at` < `end` is whole.
    while (at < end) {
      const type = readU16(bytes, at);
      const length = readU16(bytes, at + 2);
      const next = at + ATTRIBUTE_HEADER_BYTES + ((length + 3) & ~3);
      if (next > end) {
        return 'attribute-overrun';
      }
      if (type === ATTRIBUTE_FINGERPRINT) {
        const failure = this.#checkFingerprint(at, length, next === end);
        if (failure !== undefined) {
          return failure;
        }
      } else if (isIntegrity(type) && type > behind) {
        if (!this.#noteIntegrity(type, at, length)) {
          return 'bad-integrity-length';
        }
        behind = type;
      } else if (behind !== NO_INTEGRITY) {
        at = next;
        continue;
      }
      if (this.attributeCount === STUN_ATTRIBUTES_MAX) {
        return 'too-many-attributes';
      }
      this.#types[this.attributeCount] = type;
      this.#lengths[this.attributeCount] = length;
      this.#ats[this.attributeCount] = at + ATTRIBUTE_HEADER_BYTES;
      this.attributeCount += 1;
      at = next;
    }
    return undefined;
  }

  /** False when the length is none that the attribute may have. */
  #noteIntegrity(type: number, at: number, length: number): boolean {
    if (type === ATTRIBUTE_MESSAGE_INTEGRITY) {
      this.integrityAt = at;
      return length === INTEGRITY_BYTES;
    }
    this.integritySha256At = at;
    this.integritySha256Length = length;
    return length >= INTEGRITY_SHA256_BYTES_MIN && length <= INTEGRITY_SHA256_BYTES_MAX && length % 4 === 0;
  }

  /** RFC 8489 §14.7: FINGERPRINT is the last attribute, and covers everything before it. */
  #checkFingerprint(at: number, length: number, isLast: boolean): ParseFailure | undefined {
    const value = at + ATTRIBUTE_HEADER_BYTES;
    if (
      !isLast ||
      length !== FINGERPRINT_BYTES ||
      readU32(this.bytes, value) !== computeFingerprint(this.bytes, this.offset, at - this.offset)
    ) {
      return 'bad-fingerprint';
    }
    this.hasFingerprint = true;
    return undefined;
  }
}

function isIntegrity(type: number): boolean {
  return type === ATTRIBUTE_MESSAGE_INTEGRITY || type === ATTRIBUTE_MESSAGE_INTEGRITY_SHA256;
}

function holds(types: Uint16Array, count: number, type: number): boolean {
  for (let i = 0; i < count; i += 1) {
    if (types[i] === type) {
      return true;
    }
  }
  return false;
}
