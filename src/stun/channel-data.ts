import { readU16, writeU16 } from '../base/bytes.ts';

/** Bytes of channel number and length in front of the application data (RFC 8656 §12.4). */
export const CHANNEL_DATA_HEADER_BYTES = 4;
/**
 * Channel numbers that can be bound.
 *
 * Deviates: from RFC 8656 §12, which ends at 0x4FFF, and accepts what RFC 5766 §11 did: clients of that time, coturn's among
 * them, pick any number up to 0x7FFF. RFC 8656 keeps the rest free for protocols that share a port with a client
 * (RFC 7983); none shares a server's.
 */
export const CHANNEL_NUMBER_MIN = 0x4000;
export const CHANNEL_NUMBER_MAX = 0x7fff;
/** How many channel numbers there are. */
export const CHANNEL_NUMBER_COUNT = CHANNEL_NUMBER_MAX - CHANNEL_NUMBER_MIN + 1;

/** Whether `channel` is a number that a client may bind. */
export function isChannelNumber(channel: number): boolean {
  return channel >= CHANNEL_NUMBER_MIN && channel <= CHANNEL_NUMBER_MAX;
}

/**
 * The channel number of the ChannelData message in `length` bytes from `offset` on; `channelDataLength` then tells its
 * application data, which begin behind the header.
 *
 * In a datagram, bytes behind the data are padding, however many (RFC 8656 §12.5); in a stream the message is padded to
 * whole words and is exactly the frame that `StreamFraming` cut.
 * @returns -1 when the channel number is reserved or the bytes do not hold what the length field claims; such a message is
 *   dropped (RFC 8656 §12.6).
 */
export function readChannelData(bytes: Uint8Array, offset: number, length: number, stream: boolean): number {
  if (length < CHANNEL_DATA_HEADER_BYTES) {
    return -1;
  }
  const channel = readU16(bytes, offset);
  const end = CHANNEL_DATA_HEADER_BYTES + readU16(bytes, offset + 2);
  const holds = stream ? end + channelDataPadding(end) === length : end <= length;
  return holds && isChannelNumber(channel) ? channel : -1;
}

/** Bytes of application data of a ChannelData message that `readChannelData` accepted, without padding. */
export function channelDataLength(bytes: Uint8Array, offset: number): number {
  return readU16(bytes, offset + 2);
}

/** Writes the header in front of `length` bytes of application data that begin at `at` + 4. */
export function writeChannelDataHeader(bytes: Uint8Array, at: number, channel: number, length: number): void {
  writeU16(bytes, at, channel);
  writeU16(bytes, at + 2, length);
}

/** Zero bytes, 0 to 3, that follow `length` bytes of application data in a stream (RFC 8656 §12.5). */
export function channelDataPadding(length: number): number {
  return -length & 3;
}
