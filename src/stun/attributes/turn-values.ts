import { readU16, readU32 } from '../../base/bytes.ts';
import type { MessageView } from '../message-view.ts';

/** UDP, the only protocol that REQUESTED-TRANSPORT of RFC 8656 may name (§18.8); the number is IANA's. */
export const TRANSPORT_UDP = 17;
/** Bytes of RESERVATION-TOKEN's value (RFC 8656 §18.10). */
export const RESERVATION_TOKEN_BYTES = 8;
/** Bytes of USERHASH's value: a SHA-256 (RFC 8489 §14.4). */
export const USERHASH_BYTES = 32;
/** EVEN-PORT's R bit: reserve the next higher port as well (RFC 8656 §18.7). */
export const EVEN_PORT_RESERVE = 0x80;

/** A value of one 32-bit number, or -1 when it has another length. */
export function readU32Attribute(view: MessageView, index: number): number {
  return view.attributeLength(index) === 4 ? readU32(view.bytes, view.attributeAt(index)) : -1;
}

/** LIFETIME in seconds (RFC 8656 §18.2), or -1 when malformed. */
export function readLifetime(view: MessageView, index: number): number {
  return readU32Attribute(view, index);
}

/** CHANNEL-NUMBER (RFC 8656 §18.1), in or out of the range that can be bound, or -1 when malformed. Its last two bytes are ignored. */
export function readChannelNumber(view: MessageView, index: number): number {
  return view.attributeLength(index) === 4 ? readU16(view.bytes, view.attributeAt(index)) : -1;
}

/** The protocol number in REQUESTED-TRANSPORT (RFC 8656 §18.8), or -1 when malformed. Its last three bytes are ignored. */
export function readRequestedTransport(view: MessageView, index: number): number {
  return view.attributeLength(index) === 4 ? (view.bytes[view.attributeAt(index)] as number) : -1;
}

/** EVEN-PORT (RFC 8656 §18.7): 1 when its R bit is set, 0 when not, -1 when malformed. Its other bits are ignored. */
export function readEvenPort(view: MessageView, index: number): 0 | 1 | -1 {
  if (view.attributeLength(index) !== 1) {
    return -1;
  }
  return ((view.bytes[view.attributeAt(index)] as number) & EVEN_PORT_RESERVE) === 0 ? 0 : 1;
}

/** Where the 8 bytes of RESERVATION-TOKEN begin in `view.bytes` (RFC 8656 §18.10), or -1 when malformed. */
export function readReservationToken(view: MessageView, index: number): number {
  return view.attributeLength(index) === RESERVATION_TOKEN_BYTES ? view.attributeAt(index) : -1;
}

/** Whether DONT-FRAGMENT (RFC 8656 §18.9) is well-formed: it has no value. */
export function isDontFragment(view: MessageView, index: number): boolean {
  return view.attributeLength(index) === 0;
}

/** Where the 32 bytes of USERHASH begin in `view.bytes` (RFC 8489 §14.4), or -1 when malformed. */
export function readUserhash(view: MessageView, index: number): number {
  return view.attributeLength(index) === USERHASH_BYTES ? view.attributeAt(index) : -1;
}
