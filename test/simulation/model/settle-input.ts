import { equalBytes } from '../../../src/base/bytes.ts';
import type { Instant } from '../../../src/base/clock.ts';
import { formatTransportAddress } from '../../../src/base/ip.ts';
import { ADDRESS_WORDS, type AddressWords, sameAddress } from '../../../src/base/socket-address.ts';
import { readXorAddress } from '../../../src/stun/attributes/address.ts';
import { CHANNEL_DATA_HEADER_BYTES, channelDataLength, readChannelData } from '../../../src/stun/channel-data.ts';
import { classifyPacket, PACKET_CHANNEL_DATA } from '../../../src/stun/demux.ts';
import { CLASS_INDICATION } from '../../../src/stun/message-type.ts';
import { MessageView } from '../../../src/stun/message-view.ts';
import { ATTRIBUTE_DATA, ATTRIBUTE_ICMP, ATTRIBUTE_XOR_PEER_ADDRESS } from '../../../src/stun/registry/attributes.ts';
import { METHOD_ALLOCATE, METHOD_DATA } from '../../../src/stun/registry/methods.ts';
import { FORWARD_TO_CLIENT, FORWARD_TO_RELAY, type ForwardKind } from '../../../src/turn/forward.ts';
import { describePacket } from '../describe-packet.ts';
import { InvariantViolation, requireInvariant } from '../invariant.ts';
import { acceptAnswer } from './accept-answer.ts';
import type { Expectation, PendingRequest } from './expectation.ts';
import { DATA_INDICATION_BYTES } from './predict-relaying.ts';
import type { WorkerModel } from './worker-model.ts';

/** A copy of what the server wants to be sent. */
export interface Output {
  readonly kind: ForwardKind;
  /** The client's socket, or the relay's. */
  readonly socket: number;
  readonly address: AddressWords;
  readonly bytes: Uint8Array;
}

const view = new MessageView();
const words = new Uint32Array(ADDRESS_WORDS);

/** Judges what an input resulted in, by what it was expected to. */
export function settleInput(
  model: WorkerModel,
  expectation: Expectation,
  output: Output | undefined,
  now: Instant,
): void {
  switch (expectation.kind) {
    case 'nothing':
      if (output !== undefined) {
        throw new InvariantViolation('permission', `${describeOutput(output)}, which nothing permits`);
      }
      break;
    case 'answer':
      settleAnswer(model, expectation.request, output, now);
      break;
    case 'to-peer':
      settleToPeer(model, expectation, output, now);
      break;
    case 'to-client':
      settleToClient(model, expectation, output, now);
      break;
  }
}

/** Judges an answer that came later than its request: that of an Allocate that had to wait for a socket. */
export function settleLateAnswer(model: WorkerModel, output: Output, now: Instant): void {
  for (const request of model.pending.values()) {
    if (request.socket === output.socket && sameAddress(request.client, 0, output.address, 0)) {
      model.pending.delete(request.tuple);
      acceptOutput(model, request, output, now);
      return;
    }
  }
  throw new InvariantViolation('answer', `${describeOutput(output)}, for which nobody asked`);
}

export function describeOutput(output: Output): string {
  const to = formatTransportAddress(output.address);
  return output.kind === FORWARD_TO_RELAY
    ? `relay ${output.socket} → ${to} ${output.bytes.length} bytes`
    : `socket ${output.socket} → ${to} ${describePacket(output.bytes)}`;
}

function settleAnswer(model: WorkerModel, request: PendingRequest, output: Output | undefined, now: Instant): void {
  if (output !== undefined) {
    acceptOutput(model, request, output, now);
    return;
  }
  if (request.verdict.mayBeSilent) {
    return;
  }
  requireInvariant(
    request.method === METHOD_ALLOCATE && (!request.verdict.mustFail || request.verdict.mayWait),
    'answer',
    () => `${describePacket(request.bytes)} is not answered; right would be: ${request.verdict.format()}`,
  );
  model.pending.set(request.tuple, request);
}

function acceptOutput(model: WorkerModel, request: PendingRequest, output: Output, now: Instant): void {
  requireInvariant(
    output.kind === FORWARD_TO_CLIENT &&
      output.socket === request.socket &&
      sameAddress(output.address, 0, request.client, 0),
    'answer',
    () => `${describePacket(request.bytes)} is answered by ${describeOutput(output)}`,
  );
  acceptAnswer(model, request, output.bytes, now);
}

function settleToPeer(
  model: WorkerModel,
  expectation: Expectation & { kind: 'to-peer' },
  output: Output | undefined,
  now: Instant,
): void {
  const { allocation, relay, peer, payload, messageBytes, isRequired } = expectation;
  const rate = allocation.rates.toPeer.judge(messageBytes, now);
  if (output === undefined) {
    const to = formatTransportAddress(peer);
    requireInvariant(
      !isRequired || rate !== 'within',
      'permission',
      () => `nothing is relayed to ${to}, though it may be`,
    );
    return;
  }
  requireInvariant(
    output.kind === FORWARD_TO_RELAY && output.socket === relay.socket && model.isWayTo(peer, output.address),
    'permission',
    () => `${describeOutput(output)} instead of a datagram of relay ${relay.socket} to ${formatTransportAddress(peer)}`,
  );
  requireInvariant(
    payload.length === output.bytes.length && equalBytes(payload, 0, output.bytes, 0, payload.length),
    'payload',
    () => `${payload.length} bytes became ${describeOutput(output)}`,
  );
  requireInvariant(rate !== 'over', 'rate', () => `${describeOutput(output)}, which is more than the limit`);
  allocation.rates.toPeer.pass(messageBytes, now);
}

function settleToClient(
  model: WorkerModel,
  expectation: Expectation & { kind: 'to-client' },
  output: Output | undefined,
  now: Instant,
): void {
  const { allocation, peer, payload, isRequired, channels } = expectation;
  const traffic = allocation.rates.toClient;
  if (output === undefined) {
    const from = formatTransportAddress(peer);
    requireInvariant(
      !isRequired || traffic.judge(longestMessage(payload), now) !== 'within',
      'permission',
      () => `nothing of ${from} is relayed, though it has a permission`,
    );
    return;
  }
  requireInvariant(
    output.kind === FORWARD_TO_CLIENT &&
      output.socket === allocation.socket &&
      sameAddress(output.address, 0, allocation.client, 0),
    'payload',
    () => `${describeOutput(output)} instead of a packet to ${allocation.owner}`,
  );
  const { bytes } = output;
  const isChannelData = classifyPacket(bytes, 0, bytes.length) === PACKET_CHANNEL_DATA;
  const channel = isChannelData ? readChannelData(bytes, 0, bytes.length, allocation.transport !== 'udp') : 0;
  requireInvariant(
    channels.includes(channel),
    'permission',
    () => `${describeOutput(output)}, and not on one of the channels ${channels.join()} (0: a Data indication)`,
  );
  const relayed = isChannelData
    ? bytes.subarray(CHANNEL_DATA_HEADER_BYTES, CHANNEL_DATA_HEADER_BYTES + channelDataLength(bytes, 0))
    : readIndication(bytes, peer, payload === undefined);
  requireInvariant(
    relayed !== undefined &&
      (payload === undefined ||
        (relayed.length === payload.length && equalBytes(relayed, 0, payload, 0, payload.length))),
    'payload',
    () => `${payload?.length ?? 'no'} bytes of ${formatTransportAddress(peer)} became ${describeOutput(output)}`,
  );
  requirePadding(bytes, isChannelData, allocation.transport !== 'udp');
  if (payload !== undefined) {
    requireInvariant(
      traffic.judge(bytes.length, now) !== 'over',
      'rate',
      () => `${describeOutput(output)}, which is more than the limit`,
    );
    traffic.pass(bytes.length, now);
  }
  model.surroundings.usage.countEgress(allocation, bytes.length);
}

/** What could have come of a datagram of a peer, at most; reports of ICMP errors are not limited. */
function longestMessage(payload: Uint8Array | undefined): number {
  return payload === undefined ? 0 : payload.length + DATA_INDICATION_BYTES;
}

/** What a Data indication of this peer carries; undefined when it is none. */
function readIndication(bytes: Uint8Array, peer: AddressWords, isIcmp: boolean): Uint8Array | undefined {
  if (view.parse(bytes, 0, bytes.length) !== undefined) {
    return undefined;
  }
  const peerIndex = view.find(ATTRIBUTE_XOR_PEER_ADDRESS);
  const valueIndex = view.find(isIcmp ? ATTRIBUTE_ICMP : ATTRIBUTE_DATA);
  const isData = view.method === METHOD_DATA && view.messageClass === CLASS_INDICATION;
  const isOfPeer = peerIndex >= 0 && readXorAddress(view, peerIndex, words) && sameAddress(words, 0, peer, 0);
  if (!isData || !isOfPeer || valueIndex < 0) {
    return undefined;
  }
  const at = view.attributeAt(valueIndex);
  return bytes.subarray(at, at + view.attributeLength(valueIndex));
}

/** ChannelData on a stream is a whole number of words, and its padding carries nothing. */
function requirePadding(bytes: Uint8Array, isChannelData: boolean, isStream: boolean): void {
  if (!isChannelData) {
    return;
  }
  const end = CHANNEL_DATA_HEADER_BYTES + channelDataLength(bytes, 0);
  const isPadded = !isStream || bytes.length % 4 === 0;
  const isClean = bytes.subarray(end).every((byte) => byte === 0);
  requireInvariant(isPadded && isClean, 'payload', () => `${describePacket(bytes)} is padded wrongly`);
}
