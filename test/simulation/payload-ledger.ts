import { equalBytes, readU32, writeU32 } from '../../src/base/bytes.ts';

/** Who sent a payload, and to whom. Addresses are keys (`addressKey`). */
export interface PayloadRecord {
  /** A client's name, or the address of the peer that sent it. */
  readonly sender: string;
  /**
   * Where it may come out: the one address that it was sent to, or, on a channel, every peer that the client ever asked that
   * channel for, since a late packet may meet a later binding.
   */
  readonly destinations: () => Iterable<string>;
  readonly bytes: Uint8Array;
}

/** In front of every payload that is long enough: a mark, and the number of its record. */
const MARK = 0x7a5e11fe;
const STAMP_BYTES = 8;

/**
 * Every payload that was ever sent through the relay, so that whoever receives one can tell whether it is that one, whole, and
 * meant for him. Payloads shorter than a stamp are not told apart.
 */
export class PayloadLedger {
  readonly #records: PayloadRecord[] = [];

  /** A payload of `length` bytes that `read` recognises. */
  issue(sender: string, destinations: () => Iterable<string>, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    if (length < STAMP_BYTES) {
      return bytes;
    }
    const number = this.#records.length;
    writeU32(bytes, 0, MARK);
    writeU32(bytes, 4, number);
    for (let i = STAMP_BYTES; i < length; i += 1) {
      bytes[i] = number * 31 + i * 7;
    }
    this.#records.push({ sender, destinations, bytes });
    return bytes;
  }

  /**
   * The record of a received payload.
   * @returns 'unstamped' for a short one, and undefined for one that nobody sent.
   */
  read(bytes: Uint8Array): PayloadRecord | 'unstamped' | undefined {
    if (bytes.length < STAMP_BYTES) {
      return 'unstamped';
    }
    const record = readU32(bytes, 0) === MARK ? this.#records[readU32(bytes, 4)] : undefined;
    if (record === undefined || record.bytes.length !== bytes.length) {
      return undefined;
    }
    return equalBytes(record.bytes, 0, bytes, 0, bytes.length) ? record : undefined;
  }
}
