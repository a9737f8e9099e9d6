import { readU16 } from '../base/bytes.ts';
import { ADDRESS_WORDS, type AddressWords, sameAddress } from '../base/socket-address.ts';
import { readXorAddress } from '../stun/attributes/address.ts';
import { CHANNEL_DATA_HEADER_BYTES, channelDataLength, readChannelData } from '../stun/channel-data.ts';
import { MessageView } from '../stun/message-view.ts';
import { ATTRIBUTE_DATA, ATTRIBUTE_XOR_PEER_ADDRESS } from '../stun/registry/attributes.ts';
import { type FlowTable, flowOf } from './flow-table.ts';
import type { LatencyHistogram } from './latency-histogram.ts';
import type { LoadDirection } from './load-options.ts';
import {
  DIRECTION_DOWN,
  DIRECTION_UP,
  type Direction,
  EPOCH_GREETING,
  PAYLOAD_FOREIGN,
  PAYLOAD_INTACT,
  type PayloadFormat,
} from './payload-format.ts';
import { SEQUENCE_DUPLICATE, SEQUENCE_REORDERED } from './sequence-windows.ts';
import type { ErrorCounts, TrafficCounts } from './traffic-counts.ts';

export interface PacketCheckerOptions {
  readonly isStream: boolean;
  readonly direction: LoadDirection;
  readonly flows: FlowTable;
  readonly payload: PayloadFormat;
  readonly counts: TrafficCounts;
  readonly errors: ErrorCounts;
  readonly latency: LatencyHistogram;
}

/** Judges every packet that comes out of the relay: its way, its number, each of its bytes. What is right is counted and timed. */
export class PacketChecker {
  /** While no phase runs, arrivals are not looked at: they are late ones of the phase before. */
  isCounting = false;
  /** The epoch of the packets that are sent now. */
  epoch = EPOCH_GREETING;
  readonly #options: PacketCheckerOptions;
  readonly #message = new MessageView();
  readonly #from: AddressWords = new Uint32Array(ADDRESS_WORDS);
  #viewed: Uint8Array = new Uint8Array(0);
  #view = new DataView(this.#viewed.buffer);

  constructor(options: PacketCheckerOptions) {
    this.#options = options;
  }

  /** A ChannelData message to a client. */
  checkChannelData(client: number, bytes: Uint8Array, offset: number, length: number, nowTicks: number): void {
    if (!this.isCounting) {
      return;
    }
    const { flows, errors, isStream } = this.#options;
    const channel = readChannelData(bytes, offset, length, isStream);
    if (channel < 0) {
      errors.corrupted += 1;
    } else if (channel !== flows.channelOf[client]) {
      errors.misrouted += 1;
    } else {
      const at = offset + CHANNEL_DATA_HEADER_BYTES;
      this.#checkAtClient(client, bytes, at, channelDataLength(bytes, offset), nowTicks);
    }
  }

  /** A Data indication to a client (RFC 8656 §11.4). */
  checkDataIndication(client: number, bytes: Uint8Array, offset: number, length: number, nowTicks: number): void {
    if (!this.isCounting) {
      return;
    }
    const { flows, errors } = this.#options;
    const message = this.#message;
    const failure = message.parse(bytes, offset, length);
    const peer = failure === undefined ? message.find(ATTRIBUTE_XOR_PEER_ADDRESS) : -1;
    const data = failure === undefined ? message.find(ATTRIBUTE_DATA) : -1;
    if (peer < 0 || data < 0 || !readXorAddress(message, peer, this.#from)) {
      errors.corrupted += 1;
    } else if (!sameAddress(this.#from, 0, flows.peerAddresses, (flows.peerOf[client] as number) * ADDRESS_WORDS)) {
      errors.misrouted += 1;
    } else {
      this.#checkAtClient(client, bytes, message.attributeAt(data), message.attributeLength(data), nowTicks);
    }
  }

  /** A datagram to a peer. True when it is one to send back. */
  checkAtPeer(
    peer: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    from: AddressWords,
    fromAt: number,
    nowTicks: number,
  ): boolean {
    if (!this.isCounting || !this.#isIntact(bytes, offset, length)) {
      return false;
    }
    const { flows, payload, errors, counts, direction } = this.#options;
    const { allocation } = payload;
    const isOnItsWay =
      payload.direction === DIRECTION_UP &&
      flows.peerOf[allocation] === peer &&
      sameAddress(from, fromAt, flows.relayed, allocation * ADDRESS_WORDS);
    if (!isOnItsWay) {
      errors.misrouted += 1;
      return false;
    }
    if (!this.#isNew(allocation, DIRECTION_UP)) {
      return false;
    }
    counts.deliveredUp += 1;
    if (direction === 'echo') {
      return true;
    }
    this.#time(nowTicks);
    return false;
  }

  #checkAtClient(client: number, bytes: Uint8Array, at: number, length: number, nowTicks: number): void {
    if (!this.#isIntact(bytes, at, length)) {
      return;
    }
    const { payload, errors, counts, direction } = this.#options;
    if (payload.allocation !== client || payload.direction !== (direction === 'echo' ? DIRECTION_UP : DIRECTION_DOWN)) {
      errors.misrouted += 1;
    } else if (this.#isNew(client, DIRECTION_DOWN)) {
      counts.deliveredDown += 1;
      this.#time(nowTicks);
    }
  }

  #isIntact(bytes: Uint8Array, at: number, length: number): boolean {
    const { payload, flows, errors } = this.#options;
    const verdict = payload.read(this.#viewOf(bytes), at, length);
    if (verdict === PAYLOAD_INTACT && payload.epoch === this.epoch && payload.allocation < flows.allocationCount) {
      return true;
    }
    if (verdict === PAYLOAD_INTACT && payload.epoch === EPOCH_GREETING) {
      // One that was sent twice, since the first was late: both may arrive, and the second during a phase.
      return false;
    }
    if (verdict === PAYLOAD_FOREIGN || (verdict === PAYLOAD_INTACT && payload.epoch !== this.epoch)) {
      errors.stale += 1;
    } else {
      errors.corrupted += 1;
    }
    return false;
  }

  #isNew(allocation: number, direction: Direction): boolean {
    const { flows, payload, errors } = this.#options;
    const verdict = flows.arrivals.note(flowOf(allocation, direction), payload.sequence);
    if (verdict === SEQUENCE_DUPLICATE) {
      errors.duplicated += 1;
      return false;
    }
    if (verdict === SEQUENCE_REORDERED) {
      errors.reordered += 1;
    }
    return true;
  }

  #time(nowTicks: number): void {
    const { payload, latency } = this.#options;
    latency.add(Math.max(0, nowTicks - payload.sentTicks));
  }

  /** A batch's bytes are always the same array, and a stream's chunk is a new one: the view is made once for each. */
  #viewOf(bytes: Uint8Array): DataView {
    if (bytes !== this.#viewed) {
      this.#viewed = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    return this.#view;
  }
}

/** The type of a Data indication: method 0x007, class 0b01. */
const DATA_INDICATION = 0x0017;

/** Whether a STUN message carries data from a peer. */
export function isDataIndication(bytes: Uint8Array, offset: number, length: number): boolean {
  return length >= 2 && readU16(bytes, offset) === DATA_INDICATION;
}
