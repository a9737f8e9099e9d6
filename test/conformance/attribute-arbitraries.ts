import fc from 'fast-check';
import { encodeHex } from '../../src/base/bytes.ts';
import { formatTransportAddress } from '../../src/base/ip.ts';
import { IPV4, IPV6 } from '../../src/base/socket-address.ts';
import * as types from '../../src/stun/registry/attributes.ts';
import type { AttributeDescription, Meaning } from './message-description.ts';

const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffffffff);
const word = fc.oneof(fc.constantFrom(0, 0xffff, 0x2112a442, 0xffffffff), u32);
const family = fc.constantFrom(IPV4, IPV6);

const address = fc
  .tuple(family, u16, fc.tuple(word, word, word, word))
  .map(([chosen, port, parts]) =>
    formatTransportAddress(Uint32Array.of((chosen << 16) | port, ...(chosen === IPV6 ? parts : [parts[0], 0, 0, 0]))),
  );

/** Up to 127 characters of one to four bytes. */
const text = fc
  .array(fc.constantFrom('a', 'Z', '0', ' ', '"', 'é', 'マ', '😀', '\u0000'), { maxLength: 127 })
  .map((characters) => characters.join(''));

function hex(minLength: number, maxLength = minLength): fc.Arbitrary<string> {
  return fc.uint8Array({ minLength, maxLength }).map(encodeHex);
}

const errorCode = fc.integer({ min: 300, max: 699 });
const algorithm = fc.constantFrom(0, 1, 2, 0xffff);

/** For every attribute but the integrity ones and FINGERPRINT: all that it can mean. */
const MEANINGS: readonly (readonly [type: number, meaning: fc.Arbitrary<Meaning>])[] = [
  [types.ATTRIBUTE_MAPPED_ADDRESS, address],
  [types.ATTRIBUTE_ALTERNATE_SERVER, address],
  [types.ATTRIBUTE_XOR_MAPPED_ADDRESS, address],
  [types.ATTRIBUTE_XOR_PEER_ADDRESS, address],
  [types.ATTRIBUTE_XOR_RELAYED_ADDRESS, address],
  [types.ATTRIBUTE_USERNAME, text],
  [types.ATTRIBUTE_REALM, text],
  [types.ATTRIBUTE_NONCE, text],
  [types.ATTRIBUTE_SOFTWARE, text],
  [types.ATTRIBUTE_ALTERNATE_DOMAIN, fc.string({ unit: 'binary-ascii', maxLength: 255 })],
  [types.ATTRIBUTE_REQUESTED_ADDRESS_FAMILY, family],
  [types.ATTRIBUTE_ADDITIONAL_ADDRESS_FAMILY, family],
  [types.ATTRIBUTE_USERHASH, hex(32)],
  [types.ATTRIBUTE_RESERVATION_TOKEN, hex(8)],
  [types.ATTRIBUTE_DATA, hex(0, 200)],
  [types.ATTRIBUTE_LIFETIME, u32],
  [types.ATTRIBUTE_CHANNEL_NUMBER, u16],
  [types.ATTRIBUTE_REQUESTED_TRANSPORT, fc.nat(0xff)],
  [types.ATTRIBUTE_EVEN_PORT, fc.nat(1)],
  [types.ATTRIBUTE_DONT_FRAGMENT, fc.constant(true)],
  [types.ATTRIBUTE_ERROR_CODE, fc.tuple(errorCode, text)],
  [types.ATTRIBUTE_ADDRESS_ERROR_CODE, fc.tuple(family, errorCode, text)],
  [types.ATTRIBUTE_ICMP, fc.tuple(fc.nat(127), fc.nat(511), u32)],
  [types.ATTRIBUTE_UNKNOWN_ATTRIBUTES, fc.array(u16, { maxLength: 20 })],
  [types.ATTRIBUTE_PASSWORD_ALGORITHM, algorithm],
  [types.ATTRIBUTE_PASSWORD_ALGORITHMS, fc.array(algorithm, { maxLength: 5 })],
  // A type of each half that nobody has registered.
  [0x3abc, hex(0, 40)],
  [0xfabc, hex(0, 40)],
];

/** The types that `anyAttribute` draws from. */
export const DRAWN_TYPES: readonly number[] = MEANINGS.map(([type]) => type);

/** Any attribute with anything that it can mean. */
export const anyAttribute: fc.Arbitrary<AttributeDescription> = fc.oneof(
  ...MEANINGS.map(([type, meaning]) => fc.record({ type: fc.constant(type), meaning }, { noNullPrototype: true })),
);
