import assert from 'node:assert/strict';
import { decodeUtf8, encodeHex } from '../../base/bytes.ts';
import type { Hashes } from '../../base/hash.ts';
import { formatTransportAddress } from '../../base/ip.ts';
import { ADDRESS_WORDS } from '../../base/socket-address.ts';
import { readXorAddress } from '../../stun/attributes/address.ts';
import { readErrorAddressFamily, readErrorCode } from '../../stun/attributes/error-code.ts';
import { readIcmpCode, readIcmpData, readIcmpType } from '../../stun/attributes/icmp.ts';
import { readPasswordAlgorithms } from '../../stun/attributes/password-algorithm.ts';
import { readText } from '../../stun/attributes/text.ts';
import { readLifetime } from '../../stun/attributes/turn-values.ts';
import { readUnknownAttributes } from '../../stun/attributes/unknown-attributes.ts';
import { verifyIntegrity, verifyIntegritySha256 } from '../../stun/integrity.ts';
import { CLASS_ERROR, CLASS_SUCCESS } from '../../stun/message-type.ts';
import type { MessageView } from '../../stun/message-view.ts';
import {
  ATTRIBUTE_ADDRESS_ERROR_CODE,
  ATTRIBUTE_DATA,
  ATTRIBUTE_ERROR_CODE,
  ATTRIBUTE_FINGERPRINT,
  ATTRIBUTE_ICMP,
  ATTRIBUTE_LIFETIME,
  ATTRIBUTE_MESSAGE_INTEGRITY,
  ATTRIBUTE_MESSAGE_INTEGRITY_SHA256,
  ATTRIBUTE_NONCE,
  ATTRIBUTE_PASSWORD_ALGORITHMS,
  ATTRIBUTE_REALM,
  ATTRIBUTE_RESERVATION_TOKEN,
  ATTRIBUTE_SOFTWARE,
  ATTRIBUTE_UNKNOWN_ATTRIBUTES,
  ATTRIBUTE_XOR_MAPPED_ADDRESS,
  ATTRIBUTE_XOR_PEER_ADDRESS,
  ATTRIBUTE_XOR_RELAYED_ADDRESS,
} from '../../stun/registry/attributes.ts';

const METHOD_NAMES: Readonly<Record<number, string>> = {
  1: 'binding',
  3: 'allocate',
  4: 'refresh',
  7: 'data',
  8: 'create-permission',
  9: 'channel-bind',
};

type Describe = (view: MessageView, index: number) => string;

const ATTRIBUTES: ReadonlyMap<number, Describe> = new Map<number, Describe>([
  [ATTRIBUTE_XOR_RELAYED_ADDRESS, (view, index) => `relayed=${describeAddress(view, index)}`],
  [ATTRIBUTE_XOR_MAPPED_ADDRESS, (view, index) => `mapped=${describeAddress(view, index)}`],
  [ATTRIBUTE_XOR_PEER_ADDRESS, (view, index) => `peer=${describeAddress(view, index)}`],
  [ATTRIBUTE_LIFETIME, (view, index) => `lifetime=${readLifetime(view, index)}`],
  [ATTRIBUTE_RESERVATION_TOKEN, () => 'token'],
  [
    ATTRIBUTE_ADDRESS_ERROR_CODE,
    (view, index) => `address-error=ipv${readErrorAddressFamily(view, index)}:${readErrorCode(view, index)}`,
  ],
  [ATTRIBUTE_ERROR_CODE, (view, index) => `error=${readErrorCode(view, index)}`],
  [ATTRIBUTE_UNKNOWN_ATTRIBUTES, (view, index) => `unknown=${describeTypes(view, index)}`],
  [ATTRIBUTE_REALM, (view, index) => `realm=${readText(view, index)}`],
  [ATTRIBUTE_NONCE, () => 'nonce'],
  [ATTRIBUTE_PASSWORD_ALGORITHMS, (view, index) => `algorithms=${describeAlgorithms(view, index)}`],
  [ATTRIBUTE_SOFTWARE, (view, index) => `software=${readText(view, index)}`],
  [ATTRIBUTE_DATA, (view, index) => `"${describeData(view, index)}"`],
  [
    ATTRIBUTE_ICMP,
    (view, index) => `icmp=${readIcmpType(view, index)}:${readIcmpCode(view, index)}:${readIcmpData(view, index)}`,
  ],
  [ATTRIBUTE_FINGERPRINT, () => 'fingerprint'],
]);

/**
 * A message from the server on one line, its attributes in their order: `allocate success relayed=203.0.113.1:50000 … sha1`. Its
 * integrity must verify with `key`.
 */
export function describeMessage(hashes: Hashes, view: MessageView, key: Uint8Array | undefined): string {
  const words = [METHOD_NAMES[view.method] ?? `method-${view.method}`];
  if (view.messageClass === CLASS_SUCCESS) {
    words.push('success');
  } else if (view.messageClass === CLASS_ERROR) {
    words.push('error');
  }
  for (let index = 0; index < view.attributeCount; index += 1) {
    const type = view.attributeType(index);
    if (type === ATTRIBUTE_MESSAGE_INTEGRITY) {
      assert(
        key !== undefined && verifyIntegrity(hashes, view, key),
        'the answer is signed with the key of the request',
      );
      words.push('sha1');
    } else if (type === ATTRIBUTE_MESSAGE_INTEGRITY_SHA256) {
      assert(
        key !== undefined && verifyIntegritySha256(hashes, view, key),
        'the answer is signed with the key of the request',
      );
      words.push('sha256');
    } else {
      words.push(ATTRIBUTES.get(type)?.(view, index) ?? `0x${type.toString(16)}`);
    }
  }
  return words.join(' ');
}

/** Bytes as text where they are ASCII that can be printed, else in hexadecimal. */
export function describeBytes(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes);
  return text !== undefined && /^[ -~]*$/.test(text) ? text : `0x${encodeHex(bytes)}`;
}

function describeAddress(view: MessageView, index: number): string {
  const words = new Uint32Array(ADDRESS_WORDS);
  assert(readXorAddress(view, index, words, 0));
  return formatTransportAddress(words);
}

function describeTypes(view: MessageView, index: number): string {
  const types = new Uint16Array(16);
  const count = readUnknownAttributes(view, index, types);
  return [...types.subarray(0, count)].map((type) => `0x${type.toString(16)}`).join(',');
}

function describeAlgorithms(view: MessageView, index: number): string {
  const algorithms = new Uint16Array(4);
  const count = readPasswordAlgorithms(view, index, algorithms);
  return algorithms.subarray(0, count).join(',');
}

function describeData(view: MessageView, index: number): string {
  const at = view.attributeAt(index);
  return describeBytes(view.bytes.subarray(at, at + view.attributeLength(index)));
}
