import { decodeHex, encodeHex } from '../../src/base/bytes.ts';
import { formatTransportAddress, parseTransportAddress } from '../../src/base/ip.ts';
import { ADDRESS_WORDS, type AddressWords, type Family } from '../../src/base/socket-address.ts';
import { readAddress, readXorAddress } from '../../src/stun/attributes/address.ts';
import { readAddressFamily } from '../../src/stun/attributes/address-family.ts';
import { readErrorAddressFamily, readErrorCode, readErrorReason } from '../../src/stun/attributes/error-code.ts';
import { readIcmpCode, readIcmpData, readIcmpType } from '../../src/stun/attributes/icmp.ts';
import { readPasswordAlgorithm, readPasswordAlgorithms } from '../../src/stun/attributes/password-algorithm.ts';
import { readText } from '../../src/stun/attributes/text.ts';
import {
  isDontFragment,
  readChannelNumber,
  readEvenPort,
  readLifetime,
  readRequestedTransport,
  readReservationToken,
  readUserhash,
} from '../../src/stun/attributes/turn-values.ts';
import { readUnknownAttributes } from '../../src/stun/attributes/unknown-attributes.ts';
import type { MessageView } from '../../src/stun/message-view.ts';
import type { MessageWriter } from '../../src/stun/message-writer.ts';
import * as types from '../../src/stun/registry/attributes.ts';

/** What an attribute means; undefined when its value is malformed. */
export type Meaning = string | number | boolean | readonly (string | number)[] | undefined;

/** How an attribute's meaning is read and written. */
interface Codec {
  readonly read: (view: MessageView, index: number) => Meaning;
  /** `meaning` is what `read` told. */
  readonly write: (writer: MessageWriter, type: number, meaning: never) => void;
}

/** One attribute of a message. */
export interface AttributeDescription {
  readonly type: number;
  readonly meaning: Meaning;
}

/** What the attributes of a message say, in its order, as read by the reader of each. */
export function describeAttributes(view: MessageView): AttributeDescription[] {
  return Array.from({ length: view.attributeCount }, (_, index) => {
    const type = view.attributeType(index);
    return { type, meaning: codecOf(type).read(view, index) };
  });
}

/** Appends an attribute that `describeAttributes` would describe so. */
export function writeAttribute(writer: MessageWriter, { type, meaning }: AttributeDescription): void {
  codecOf(type).write(writer, type, meaning as never);
}

function codecOf(type: number): Codec {
  return CODECS.get(type) ?? BYTES;
}

const BYTES: Codec = {
  read: (view, index) => hexOf(view, index),
  write: (writer, type, meaning: string) => writer.addBytes(type, decodeHex(meaning) as Uint8Array),
};

const TEXT: Codec = {
  read: readText,
  write: (writer, type, meaning: string) => writer.addText(type, meaning),
};

const ADDRESS: Codec = {
  read: (view, index) => addressText((out) => readAddress(view, index, out)),
  write: (writer, type, meaning: string) => writer.addAddress(type, parseTransportAddress(meaning) as AddressWords),
};

const XOR_ADDRESS: Codec = {
  read: (view, index) => addressText((out) => readXorAddress(view, index, out)),
  write: (writer, type, meaning: string) => writer.addXorAddress(type, parseTransportAddress(meaning) as AddressWords),
};

const FAMILY: Codec = {
  read: (view, index) => number(readAddressFamily(view, index)),
  write: (writer, type, meaning: Family) => writer.addAddressFamily(type, meaning),
};

const CODECS: ReadonlyMap<number, Codec> = new Map<number, Codec>([
  [types.ATTRIBUTE_MAPPED_ADDRESS, ADDRESS],
  [types.ATTRIBUTE_ALTERNATE_SERVER, ADDRESS],
  [types.ATTRIBUTE_XOR_MAPPED_ADDRESS, XOR_ADDRESS],
  [types.ATTRIBUTE_XOR_PEER_ADDRESS, XOR_ADDRESS],
  [types.ATTRIBUTE_XOR_RELAYED_ADDRESS, XOR_ADDRESS],
  [types.ATTRIBUTE_USERNAME, TEXT],
  [types.ATTRIBUTE_REALM, TEXT],
  [types.ATTRIBUTE_NONCE, TEXT],
  [types.ATTRIBUTE_SOFTWARE, TEXT],
  [types.ATTRIBUTE_ALTERNATE_DOMAIN, TEXT],
  [types.ATTRIBUTE_REQUESTED_ADDRESS_FAMILY, FAMILY],
  [types.ATTRIBUTE_ADDITIONAL_ADDRESS_FAMILY, FAMILY],
  [types.ATTRIBUTE_USERHASH, { read: (view, index) => hexAt(view, readUserhash(view, index), 32), write: BYTES.write }],
  [
    types.ATTRIBUTE_RESERVATION_TOKEN,
    { read: (view, index) => hexAt(view, readReservationToken(view, index), 8), write: BYTES.write },
  ],
  [
    types.ATTRIBUTE_LIFETIME,
    {
      read: (view, index) => number(readLifetime(view, index)),
      write: (writer, _, meaning: number) => writer.addLifetime(meaning),
    },
  ],
  [
    types.ATTRIBUTE_CHANNEL_NUMBER,
    {
      read: (view, index) => number(readChannelNumber(view, index)),
      write: (writer, _, meaning: number) => writer.addChannelNumber(meaning),
    },
  ],
  [
    types.ATTRIBUTE_REQUESTED_TRANSPORT,
    {
      read: (view, index) => number(readRequestedTransport(view, index)),
      write: (writer, _, meaning: number) => writer.addRequestedTransport(meaning),
    },
  ],
  [
    types.ATTRIBUTE_EVEN_PORT,
    {
      read: (view, index) => number(readEvenPort(view, index)),
      write: (writer, _, meaning: number) => writer.addEvenPort(meaning === 1),
    },
  ],
  [
    types.ATTRIBUTE_DONT_FRAGMENT,
    { read: (view, index) => isDontFragment(view, index) || undefined, write: (writer) => writer.addDontFragment() },
  ],
  [
    types.ATTRIBUTE_ERROR_CODE,
    {
      read: (view, index) => meanings(number(readErrorCode(view, index)), readErrorReason(view, index)),
      write: (writer, _, meaning: readonly [number, string]) => writer.addErrorCode(...meaning),
    },
  ],
  [
    types.ATTRIBUTE_ADDRESS_ERROR_CODE,
    {
      read: (view, index) =>
        meanings(
          number(readErrorAddressFamily(view, index)),
          number(readErrorCode(view, index)),
          readErrorReason(view, index),
        ),
      write: (writer, _, meaning: readonly [Family, number, string]) => writer.addAddressErrorCode(...meaning),
    },
  ],
  [
    types.ATTRIBUTE_ICMP,
    {
      read: (view, index) =>
        meanings(
          number(readIcmpType(view, index)),
          number(readIcmpCode(view, index)),
          number(readIcmpData(view, index)),
        ),
      write: (writer, _, meaning: readonly [number, number, number]) => writer.addIcmp(...meaning),
    },
  ],
  [
    types.ATTRIBUTE_UNKNOWN_ATTRIBUTES,
    {
      read: (view, index) => list((out) => readUnknownAttributes(view, index, out)),
      write: (writer, _, meaning: readonly number[]) => writer.addUnknownAttributes(Uint16Array.from(meaning)),
    },
  ],
  [
    types.ATTRIBUTE_PASSWORD_ALGORITHMS,
    {
      read: (view, index) => list((out) => readPasswordAlgorithms(view, index, out)),
      write: (writer, _, meaning: readonly number[]) => writer.addPasswordAlgorithms(meaning),
    },
  ],
  [
    types.ATTRIBUTE_PASSWORD_ALGORITHM,
    {
      read: (view, index) => number(readPasswordAlgorithm(view, index)),
      write: (writer, _, meaning: number) => writer.addPasswordAlgorithm(meaning),
    },
  ],
]);

function number(value: number): number | undefined {
  return value < 0 ? undefined : value;
}

function meanings(...values: readonly (string | number | undefined)[]): readonly (string | number)[] | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? known : undefined;
}

function list(read: (out: Uint16Array) => number): readonly number[] | undefined {
  const out = new Uint16Array(64);
  const count = read(out);
  return count < 0 ? undefined : [...out.subarray(0, count)];
}

function addressText(read: (out: AddressWords) => boolean): string | undefined {
  const out = new Uint32Array(ADDRESS_WORDS);
  return read(out) ? formatTransportAddress(out) : undefined;
}

function hexOf(view: MessageView, index: number): string {
  return hexAt(view, view.attributeAt(index), view.attributeLength(index)) as string;
}

function hexAt(view: MessageView, at: number, length: number): string | undefined {
  return at < 0 ? undefined : encodeHex(view.bytes.subarray(at, at + length));
}
