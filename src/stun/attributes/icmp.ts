import { readU16, readU32 } from '../../base/bytes.ts';
import type { MessageView } from '../message-view.ts';

/** Bytes of ICMP's value: 16 reserved bits, a type of 7, a code of 9, the error data (RFC 8656 §18.13). */
export const ICMP_VALUE_BYTES = 8;
/** Bits of the code, below the type; ICMP errors have types below 128 in both families. */
export const ICMP_CODE_BITS = 9;
/** The largest type that fits its 7 bits. */
export const ICMP_TYPE_MAX = 0x7f;

/** The ICMP or, for an IPv6 peer, ICMPv6 type; -1 when the value is malformed. */
export function readIcmpType(view: MessageView, index: number): number {
  return view.attributeLength(index) === ICMP_VALUE_BYTES
    ? readU16(view.bytes, view.attributeAt(index) + 2) >>> ICMP_CODE_BITS
    : -1;
}

/** The code that qualifies the type; -1 when the value is malformed. */
export function readIcmpCode(view: MessageView, index: number): number {
  return view.attributeLength(index) === ICMP_VALUE_BYTES
    ? readU16(view.bytes, view.attributeAt(index) + 2) & ((1 << ICMP_CODE_BITS) - 1)
    : -1;
}

/** The next hop's MTU where the error says that a packet was too big, else 0; -1 when the value is malformed. */
export function readIcmpData(view: MessageView, index: number): number {
  return view.attributeLength(index) === ICMP_VALUE_BYTES ? readU32(view.bytes, view.attributeAt(index) + 4) : -1;
}
