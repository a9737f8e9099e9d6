import { assert } from '../base/assert.ts';
import { copyBytes, readU16 } from '../base/bytes.ts';
import { STREAM_FRAME_BYTES_MAX, STUN_HEADER_BYTES } from '../base/limits.ts';
import { CHANNEL_DATA_HEADER_BYTES, channelDataPadding } from './channel-data.ts';
import { classifyFirstByte, PACKET_CHANNEL_DATA, PACKET_STUN } from './demux.ts';

const NO_BYTES = new Uint8Array(0);
/** Bytes that tell how long a frame is: both kinds have their length field at byte 2. */
const FRAME_HEADER_BYTES = 4;
/** First size of the buffer for a frame that came in pieces. */
const CARRY_BYTES_MIN = 2048;

/**
 * Cuts the byte stream of one TCP or TLS connection into frames: STUN messages, which carry their own length, and ChannelData
 * messages padded to whole words (RFC 8656 §12.5).
 *
 * After `push(chunk)`, call `next()` until it answers false; only then push again, and reuse the chunk's memory. A frame that
 * lies whole in the chunk is pointed at there; one that came in pieces is put together in a buffer of its own, made for it
 * alone and let go with it, so that an idle connection keeps no memory and a frame that waits to be sent stays as it is.
 */
export class StreamFraming {
  /** Where the frame that `next()` found lies. */
  bytes: Uint8Array = NO_BYTES;
  offset = 0;
  /** Bytes of the frame, header and padding included. */
  length = 0;
  /** Whether the stream cannot be cut any further: what came is no TURN. The connection must be closed. */
  failed = false;

  #chunk: Uint8Array = NO_BYTES;
  #chunkAt = 0;
  #carry: Uint8Array = NO_BYTES;
  #carryLength = 0;
  /** Whether the frame that `next()` found lies in the carry, which is free again at the next call. */
  #isCarryDelivered = false;

  /** Bytes of an unfinished frame that are kept. */
  get carriedBytes(): number {
    return this.#isCarryDelivered ? 0 : this.#carryLength;
  }

  /** Hands over the next bytes of the stream; those of one that failed are dropped. */
  push(chunk: Uint8Array): void {
    if (this.failed) {
      return;
    }
    assert(this.#chunkAt === this.#chunk.length, 'the chunk before was taken in whole');
    this.#releaseDelivered();
    this.#chunk = chunk;
    this.#chunkAt = 0;
  }

  /** Moves on to the next frame. False when more bytes are needed, or when `failed`. */
  next(): boolean {
    this.#releaseDelivered();
    if (this.failed) {
      return false;
    }
    return this.#carryLength > 0 ? this.#nextFromCarry() : this.#nextFromChunk();
  }

  #nextFromChunk(): boolean {
    const available = this.#chunk.length - this.#chunkAt;
    const frameLength = this.#frameLength(this.#chunk, this.#chunkAt, available);
    if (this.failed) {
      return false;
    }
    if (frameLength > available) {
      this.#carryOver(available);
      this.#chunk = NO_BYTES;
      this.#chunkAt = 0;
      return false;
    }
    return this.#deliver(this.#chunk, this.#chunkAt, frameLength, frameLength);
  }

  #nextFromCarry(): boolean {
    for (;;) {
      const frameLength = this.#frameLength(this.#carry, 0, this.#carryLength);
      if (this.failed) {
        return false;
      }
      if (frameLength === this.#carryLength) {
        this.#isCarryDelivered = true;
        return this.#deliver(this.#carry, 0, frameLength, 0);
      }
      const available = this.#chunk.length - this.#chunkAt;
      if (available === 0) {
        this.#chunk = NO_BYTES;
        this.#chunkAt = 0;
        return false;
      }
      // First as much as tells the length, then the rest of the frame: never a byte of the one behind it.
      this.#carryOver(Math.min(available, frameLength - this.#carryLength));
    }
  }

  /**
   * Bytes of the frame at `at`, of which `available` are there; while they do not tell, the bytes that will. Sets `failed` when
   * they can be no frame.
   */
  #frameLength(bytes: Uint8Array, at: number, available: number): number {
    if (available === 0) {
      return FRAME_HEADER_BYTES;
    }
    const kind = classifyFirstByte(bytes[at] as number);
    if (kind !== PACKET_STUN && kind !== PACKET_CHANNEL_DATA) {
      this.failed = true;
    }
    if (available < FRAME_HEADER_BYTES || this.failed) {
      return FRAME_HEADER_BYTES;
    }
    const lengthField = readU16(bytes, at + 2);
    if (kind === PACKET_CHANNEL_DATA) {
      return CHANNEL_DATA_HEADER_BYTES + lengthField + channelDataPadding(lengthField);
    }
    // RFC 8489 §5: the length of a STUN message is a whole number of words.
    this.failed = lengthField % 4 !== 0;
    return STUN_HEADER_BYTES + lengthField;
  }

  #deliver(bytes: Uint8Array, offset: number, length: number, fromChunk: number): boolean {
    this.bytes = bytes;
    this.offset = offset;
    this.length = length;
    this.#chunkAt += fromChunk;
    return true;
  }

  /** Moves the next `length` bytes of the chunk behind what the carry holds. */
  #carryOver(length: number): void {
    const end = this.#carryLength + length;
    if (end > this.#carry.length) {
      const size = Math.min(Math.max(CARRY_BYTES_MIN, 2 * this.#carry.length, end), STREAM_FRAME_BYTES_MAX);
      const larger = new Uint8Array(size);
      larger.set(this.#carry.subarray(0, this.#carryLength));
      this.#carry = larger;
    }
    copyBytes(this.#chunk, this.#chunkAt, this.#carry, this.#carryLength, length);
    this.#chunkAt += length;
    this.#carryLength = end;
  }

  #releaseDelivered(): void {
    this.bytes = NO_BYTES;
    if (this.#isCarryDelivered) {
      this.#isCarryDelivered = false;
      this.#carryLength = 0;
      this.#carry = NO_BYTES;
    }
  }
}
