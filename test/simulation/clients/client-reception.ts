import { formatTransportAddress } from '../../../src/base/ip.ts';
import { ADDRESS_WORDS, type AddressWords } from '../../../src/base/socket-address.ts';
import { readXorAddress } from '../../../src/stun/attributes/address.ts';
import { CHANNEL_DATA_HEADER_BYTES, channelDataLength, readChannelData } from '../../../src/stun/channel-data.ts';
import { classifyPacket, PACKET_CHANNEL_DATA } from '../../../src/stun/demux.ts';
import { CLASS_INDICATION } from '../../../src/stun/message-type.ts';
import { MessageView } from '../../../src/stun/message-view.ts';
import { ATTRIBUTE_DATA, ATTRIBUTE_XOR_PEER_ADDRESS } from '../../../src/stun/registry/attributes.ts';
import { METHOD_DATA } from '../../../src/stun/registry/methods.ts';
import { requireInvariant } from '../invariant.ts';
import type { PayloadRecord } from '../payload-ledger.ts';
import type { SimulatedClient } from './simulated-client.ts';

/** Lifetimes of RFC 8656 §9 and §12, and how long after its request an answer or a relayed packet may still be on its way. */
const PERMISSION_LIFETIME_MS = 300_000;
const CHANNEL_LIFETIME_MS = 600_000;
const IN_FLIGHT_MS = 10_000;

const view = new MessageView();
const peer = new Uint32Array(ADDRESS_WORDS);

/**
 * Takes a relayed packet, and judges it by what the client itself knows: that it asked for this peer, and not too long ago;
 * that the peer sent these bytes, to an address that was relayed for this client.
 * @returns false when the packet is no relayed one.
 */
export function receiveRelayed(client: SimulatedClient, bytes: Uint8Array): boolean {
  if (classifyPacket(bytes, 0, bytes.length) === PACKET_CHANNEL_DATA) {
    receiveChannelData(client, bytes);
    return true;
  }
  if (view.parse(bytes, 0, bytes.length) !== undefined || view.messageClass !== CLASS_INDICATION) {
    return false;
  }
  requireInvariant(view.method === METHOD_DATA, 'answer', () => 'the server sends Data indications and no others');
  receiveDataIndication(client);
  return true;
}

function receiveChannelData(client: SimulatedClient, bytes: Uint8Array): void {
  const isStream = client.path.transport !== 'udp';
  const channel = readChannelData(bytes, 0, bytes.length, isStream);
  requireInvariant(channel >= 0, 'payload', () => `${client.name} got malformed ChannelData`);
  const payload = bytes.subarray(CHANNEL_DATA_HEADER_BYTES, CHANNEL_DATA_HEADER_BYTES + channelDataLength(bytes, 0));
  const record = client.context.ledger.read(payload);
  requireInvariant(record !== undefined, 'payload', () => `${client.name} got a payload that nobody sent`);
  if (record === 'unstamped') {
    return;
  }
  const isBound = client.belief
    .askedChannelPeers(channel, client.context.queue.now - CHANNEL_LIFETIME_MS - IN_FLIGHT_MS)
    .some((bound) => client.context.relayRegister.isSource(record, bound));
  requireInvariant(isBound, 'permission', () => `${client.name} got a payload on a channel that is not its sender's`);
  requireOwnAddress(client, record);
}

function receiveDataIndication(client: SimulatedClient): void {
  const { context, belief } = client;
  const peerIndex = view.find(ATTRIBUTE_XOR_PEER_ADDRESS);
  const dataIndex = view.find(ATTRIBUTE_DATA);
  const isIcmp = dataIndex < 0;
  requireInvariant(
    peerIndex >= 0 && readXorAddress(view, peerIndex, peer),
    'answer',
    () => 'a Data indication names its peer',
  );
  requireAsked(client, peer, belief.permissionAskedAt(peer));
  if (isIcmp) {
    return;
  }
  const start = view.attributeAt(dataIndex);
  const record = context.ledger.read(view.bytes.subarray(start, start + view.attributeLength(dataIndex)));
  requireInvariant(record !== undefined, 'payload', () => `${client.name} got a payload that nobody sent`);
  if (record !== 'unstamped') {
    requireInvariant(
      context.relayRegister.isSource(record, peer),
      'payload',
      () => `${client.name} got what ${record.sender} sent as if from ${formatTransportAddress(peer)}`,
    );
    requireOwnAddress(client, record);
  }
}

function requireAsked(client: SimulatedClient, from: AddressWords, askedAt: number): void {
  requireInvariant(
    client.context.queue.now - askedAt <= PERMISSION_LIFETIME_MS + IN_FLIGHT_MS,
    'permission',
    () => `${client.name} got data of ${formatTransportAddress(from)}, for which it has no permission`,
  );
}

function requireOwnAddress(client: SimulatedClient, record: PayloadRecord): void {
  const isOwn = [...record.destinations()].some((to) => client.context.relayRegister.isOwner(to, client.name));
  requireInvariant(
    isOwn,
    'payload',
    () => `${client.name} got a payload that was sent to a relayed address that was never its own`,
  );
}
