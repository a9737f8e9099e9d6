import { type Family, IPV4, IPV6 } from '../../base/socket-address.ts';
import type { MessageView } from '../message-view.ts';

/** Address families on the wire (RFC 8489 §14.1, RFC 8656 §18.6). */
export const ADDRESS_FAMILY_IPV4 = 0x01;
export const ADDRESS_FAMILY_IPV6 = 0x02;

/** A family's number on the wire. */
export function encodeAddressFamily(family: Family): number {
  return family === IPV4 ? ADDRESS_FAMILY_IPV4 : ADDRESS_FAMILY_IPV6;
}

/** The family of a number on the wire, or -1 for any other number. */
export function decodeAddressFamily(value: number): Family | -1 {
  if (value === ADDRESS_FAMILY_IPV4) {
    return IPV4;
  }
  return value === ADDRESS_FAMILY_IPV6 ? IPV6 : -1;
}

/**
 * REQUESTED-ADDRESS-FAMILY (RFC 8656 §18.6) and ADDITIONAL-ADDRESS-FAMILY (§18.11), whose reserved bytes are ignored.
 * @returns the family; 0 when the number is no family that we know, which is answered 440; -1 when the value has not 4 bytes.
 */
export function readAddressFamily(view: MessageView, index: number): Family | 0 | -1 {
  if (view.attributeLength(index) !== 4) {
    return -1;
  }
  const family = decodeAddressFamily(view.bytes[view.attributeAt(index)] as number);
  return family === -1 ? 0 : family;
}
