import { readU16, readU32 } from '../../base/bytes.ts';
import { type AddressWords, type IPV4, IPV6 } from '../../base/socket-address.ts';
import { MAGIC_COOKIE } from '../message-layout.ts';
import type { MessageView } from '../message-view.ts';
import { decodeAddressFamily } from './address-family.ts';

/** Bytes of the value of an address attribute: a zero, the family, the port, the address (RFC 8489 §14.1). */
const IPV4_VALUE_BYTES = 8;
const IPV6_VALUE_BYTES = 20;

/**
 * Reads MAPPED-ADDRESS or ALTERNATE-SERVER (RFC 8489 §14.1, §14.15) into one row of `out`.
 * @returns false, with `out` as it was, when the value is malformed.
 */
export function readAddress(view: MessageView, index: number, out: AddressWords, outAt = 0): boolean {
  const { bytes } = view;
  const at = view.attributeAt(index);
  const family = readFamily(view, index);
  if (family === -1) {
    return false;
  }
  out[outAt] = (family << 16) | readU16(bytes, at + 2);
  out[outAt + 1] = readU32(bytes, at + 4);
  for (let word = 1; word < 4; word += 1) {
    out[outAt + 1 + word] = family === IPV6 ? readU32(bytes, at + 4 + 4 * word) : 0;
  }
  return true;
}

/**
 * Reads XOR-MAPPED-ADDRESS, XOR-PEER-ADDRESS or XOR-RELAYED-ADDRESS (RFC 8489 §14.2, RFC 8656 §18.3, §18.5) into one row of
 * `out`: the port is XORed with the first half of the magic cookie, the address with the cookie and, behind
 * it, the transaction identifier.
 * @returns false, with `out` as it was, when the value is malformed.
 */
export function readXorAddress(view: MessageView, index: number, out: AddressWords, outAt = 0): boolean {
  if (!readAddress(view, index, out, outAt)) {
    return false;
  }
  const isIpv6 = (out[outAt] as number) >>> 16 === IPV6;
  out[outAt] = (out[outAt] as number) ^ (MAGIC_COOKIE >>> 16);
  out[outAt + 1] = (out[outAt + 1] as number) ^ MAGIC_COOKIE;
  for (let word = 1; isIpv6 && word < 4; word += 1) {
    out[outAt + 1 + word] =
      (out[outAt + 1 + word] as number) ^ readU32(view.bytes, view.transactionAt + 4 * (word - 1));
  }
  return true;
}

/** The family when the length of the value is that family's, else -1. The first byte is ignored. */
function readFamily(view: MessageView, index: number): typeof IPV4 | typeof IPV6 | -1 {
  const length = view.attributeLength(index);
  if (length < IPV4_VALUE_BYTES) {
    return -1;
  }
  const family = decodeAddressFamily(view.bytes[view.attributeAt(index) + 1] as number);
  return length === (family === IPV6 ? IPV6_VALUE_BYTES : IPV4_VALUE_BYTES) ? family : -1;
}
