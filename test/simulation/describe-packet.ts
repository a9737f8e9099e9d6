import { encodeHex } from '../../src/base/bytes.ts';
import { formatTransportAddress } from '../../src/base/ip.ts';
import { ADDRESS_WORDS } from '../../src/base/socket-address.ts';
import { readXorAddress } from '../../src/stun/attributes/address.ts';
import { readErrorCode } from '../../src/stun/attributes/error-code.ts';
import { readChannelNumber, readLifetime } from '../../src/stun/attributes/turn-values.ts';
import { channelDataLength, readChannelData } from '../../src/stun/channel-data.ts';
import { classifyPacket, PACKET_CHANNEL_DATA, PACKET_STUN } from '../../src/stun/demux.ts';
import { MessageView } from '../../src/stun/message-view.ts';
import * as attributes from '../../src/stun/registry/attributes.ts';
import * as methods from '../../src/stun/registry/methods.ts';

const view = new MessageView();
const address = new Uint32Array(ADDRESS_WORDS);
const ATTRIBUTE_NAMES = namesOf(attributes, 'ATTRIBUTE_');
const METHOD_NAMES = namesOf(methods, 'METHOD_');
const CLASS_NAMES = ['request', 'indication', 'success', 'error'] as const;

/** A packet between client and server in one line, for people. */
export function describePacket(bytes: Uint8Array): string {
  const kind = classifyPacket(bytes, 0, bytes.length);
  if (kind === PACKET_CHANNEL_DATA && readChannelData(bytes, 0, bytes.length, false) >= 0) {
    const channel = readChannelData(bytes, 0, bytes.length, false);
    return `ChannelData 0x${channel.toString(16)} ${channelDataLength(bytes, 0)} bytes`;
  }
  if (kind === PACKET_STUN && view.parse(bytes, 0, bytes.length) === undefined) {
    return describeMessage();
  }
  return `${bytes.length} bytes ${encodeHex(bytes.subarray(0, 24))}${bytes.length > 24 ? '…' : ''}`;
}

function describeMessage(): string {
  const method = METHOD_NAMES.get(view.method) ?? `method 0x${view.method.toString(16)}`;
  const transaction = encodeHex(view.bytes.subarray(view.transactionAt, view.transactionAt + 4));
  const parts: string[] = [];
  for (let index = 0; index < view.attributeCount; index += 1) {
    parts.push(describeAttribute(index));
  }
  return `${method} ${CLASS_NAMES[view.messageClass]} ${transaction}… [${parts.join(', ')}]`;
}

function describeAttribute(index: number): string {
  const type = view.attributeType(index);
  const name = ATTRIBUTE_NAMES.get(type) ?? `0x${type.toString(16)}`;
  switch (type) {
    case attributes.ATTRIBUTE_XOR_PEER_ADDRESS:
    case attributes.ATTRIBUTE_XOR_RELAYED_ADDRESS:
    case attributes.ATTRIBUTE_XOR_MAPPED_ADDRESS:
      return `${name} ${readXorAddress(view, index, address) ? formatTransportAddress(address) : 'malformed'}`;
    case attributes.ATTRIBUTE_ERROR_CODE:
    case attributes.ATTRIBUTE_ADDRESS_ERROR_CODE:
      return `${name} ${readErrorCode(view, index)}`;
    case attributes.ATTRIBUTE_LIFETIME:
      return `${name} ${readLifetime(view, index)}`;
    case attributes.ATTRIBUTE_CHANNEL_NUMBER:
      return `${name} 0x${readChannelNumber(view, index).toString(16)}`;
    case attributes.ATTRIBUTE_DATA:
      return `${name} ${view.attributeLength(index)} bytes`;
    case attributes.ATTRIBUTE_USERNAME:
      return `${name} …${String.fromCharCode(...view.bytes.subarray(view.attributeAt(index), view.attributeAt(index) + 8))}`;
    default:
      return name;
  }
}

function namesOf(module: object, prefix: string): ReadonlyMap<number, string> {
  const named = Object.entries(module).filter(([name]) => name.startsWith(prefix) && !name.endsWith('_MIN'));
  return new Map(named.map(([name, value]) => [value, name.slice(prefix.length).replaceAll('_', '-')]));
}
