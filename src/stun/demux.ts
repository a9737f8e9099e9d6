/** What the first byte of a datagram, or of a frame in a stream, says it is. */
export const PACKET_OTHER = 0;
export const PACKET_STUN = 1;
export const PACKET_CHANNEL_DATA = 2;
export type PacketKind = typeof PACKET_OTHER | typeof PACKET_STUN | typeof PACKET_CHANNEL_DATA;

/**
 * A first byte of 0 to 3 is STUN, of 64 to 127 ChannelData, and anything else neither (RFC 7983 §7, RFC 8656 §12).
 *
 * Deviates: from both, where ChannelData ends at 79, for the sake of channel numbers up to 0x7FFF (channel-data.ts).
 */
export function classifyPacket(bytes: Uint8Array, offset: number, length: number): PacketKind {
  return length > 0 ? classifyFirstByte(bytes[offset] as number) : PACKET_OTHER;
}

/** `classifyPacket` of a packet whose first byte is known. */
export function classifyFirstByte(first: number): PacketKind {
  if (first < 4) {
    return PACKET_STUN;
  }
  return first >= 64 && first <= 127 ? PACKET_CHANNEL_DATA : PACKET_OTHER;
}
