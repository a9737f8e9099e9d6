import { writeU32 } from '../base/bytes.ts';
import { ADDRESS_WORDS, familyOf, IPV4 } from '../base/socket-address.ts';
import { CHANNEL_DATA_HEADER_BYTES, channelDataPadding, writeChannelDataHeader } from '../stun/channel-data.ts';
import { ATTRIBUTE_HEADER_BYTES, TRANSACTION_ID_BYTES } from '../stun/message-layout.ts';
import { CLASS_INDICATION } from '../stun/message-type.ts';
import { MessageWriter } from '../stun/message-writer.ts';
import { ATTRIBUTE_DATA, ATTRIBUTE_XOR_PEER_ADDRESS } from '../stun/registry/attributes.ts';
import { METHOD_SEND } from '../stun/registry/methods.ts';
import type { DatagramEndpoints } from './datagram-endpoints.ts';
import type { ClientLegs } from './endpoint-handler.ts';
import type { FlowTable } from './flow-table.ts';
import type { LoadDirection } from './load-options.ts';
import {
  DIRECTION_DOWN,
  DIRECTION_UP,
  EPOCH_GREETING,
  PAYLOAD_PATTERNS,
  type PayloadFormat,
} from './payload-format.ts';
import type { TrafficCounts } from './traffic-counts.ts';

/** Packets between two flushes, at most; each has a slot of the buffer, and with it a body. */
export const BURST_MAX = PAYLOAD_PATTERNS;

/** Bytes in front of a slot's payload: a Send indication to an IPv6 peer takes 48. */
const SLOT_HEADROOM_BYTES = 64;
/** Bytes behind it, for padding, which stay zero. */
const SLOT_TAILROOM_BYTES = 4;
/** A Send indication's bytes in front of the payload: two headers and a peer address (RFC 8656 §11.1). */
const INDICATION_BYTES_IPV4 = 20 + ATTRIBUTE_HEADER_BYTES + 8 + ATTRIBUTE_HEADER_BYTES;
const INDICATION_BYTES_IPV6 = 20 + ATTRIBUTE_HEADER_BYTES + 20 + ATTRIBUTE_HEADER_BYTES;

export interface PacketSenderOptions {
  readonly isIndication: boolean;
  readonly isStream: boolean;
  readonly direction: LoadDirection;
  readonly sizeBytes: number;
  readonly payload: PayloadFormat;
  readonly flows: FlowTable;
  readonly legs: ClientLegs;
  readonly endpoints: DatagramEndpoints;
  readonly counts: TrafficCounts;
}

/**
 * Sends packets of all allocations in turn. Bodies are in the buffer's slots from the start, so that sending one writes a
 * header, and allocates nothing.
 */
export class PacketSender {
  /** Tells the packets of one phase of the run from those of the phases before. */
  epoch = EPOCH_GREETING;
  readonly #options: PacketSenderOptions;
  readonly #slotBytes: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #writer = new MessageWriter();
  readonly #transaction = new Uint8Array(TRANSACTION_ID_BYTES);
  #serial = 0;
  /** The allocation whose turn it is, by direction. */
  #upAt = 0;
  #downAt = 0;
  #isUpNext = true;

  constructor(options: PacketSenderOptions) {
    this.#options = options;
    this.#slotBytes = (SLOT_HEADROOM_BYTES + options.sizeBytes + SLOT_TAILROOM_BYTES + 3) & ~3;
    this.#bytes = new Uint8Array(BURST_MAX * this.#slotBytes);
    this.#view = new DataView(this.#bytes.buffer);
    for (let slot = 0; slot < BURST_MAX; slot += 1) {
      options.payload.writeBody(this.#view, this.#payloadAt(slot), slot);
    }
  }

  /** Sends `count` packets, `BURST_MAX` at most, all with the same time. */
  send(count: number, nowTicks: number): void {
    const { direction, legs, endpoints } = this.#options;
    const up = this.#upShare(direction, count);
    this.#sendUp(up, nowTicks);
    this.#sendDown(up, count, nowTicks);
    if (up > 0) {
      legs.flush();
    }
    if (up < count) {
      endpoints.flush();
    }
  }

  /** Sends one packet of a client to its peer, which counts nowhere: a forwarder learns of the client by it. */
  greet(client: number, nowTicks: number): void {
    this.#sendOneUp(0, client, nowTicks);
    this.#options.legs.flush();
  }

  #upShare(direction: LoadDirection, count: number): number {
    if (direction !== 'both') {
      return direction === 'down' ? 0 : count;
    }
    const odd = count % 2;
    const up = (count - odd) / 2 + (this.#isUpNext ? odd : 0);
    this.#isUpNext = odd === 1 ? !this.#isUpNext : this.#isUpNext;
    return up;
  }

  #sendUp(count: number, nowTicks: number): void {
    const { flows, counts } = this.#options;
    const run = Math.max(1, Math.floor(count / flows.allocationCount));
    for (let slot = 0; slot < count; ) {
      const allocation = this.#upAt;
      for (const end = Math.min(slot + run, count); slot < end; slot += 1) {
        this.#sendOneUp(slot, allocation, nowTicks);
      }
      this.#upAt = allocation + 1 === flows.allocationCount ? 0 : allocation + 1;
    }
    counts.sentUp += count;
  }

  #sendOneUp(slot: number, allocation: number, nowTicks: number): void {
    const { payload, flows, legs, sizeBytes, isIndication, isStream } = this.#options;
    const at = this.#payloadAt(slot);
    const sequence = flows.takeSequence(allocation, DIRECTION_UP);
    payload.writeHeader(this.#view, at, slot, allocation, sequence, nowTicks, this.epoch, DIRECTION_UP);
    if (isIndication) {
      this.#sendIndication(at, allocation);
      return;
    }
    const frameAt = at - CHANNEL_DATA_HEADER_BYTES;
    writeChannelDataHeader(this.#bytes, frameAt, flows.channelOf[allocation] as number, sizeBytes);
    const padding = isStream ? channelDataPadding(sizeBytes) : 0;
    legs.send(allocation, this.#bytes, frameAt, CHANNEL_DATA_HEADER_BYTES + sizeBytes + padding);
  }

  #sendIndication(payloadAt: number, allocation: number): void {
    const { flows, legs, sizeBytes } = this.#options;
    const writer = this.#writer;
    const peerAt = (flows.peerOf[allocation] as number) * ADDRESS_WORDS;
    const isIpv4 = familyOf(flows.peerAddresses, peerAt) === IPV4;
    const at = payloadAt - (isIpv4 ? INDICATION_BYTES_IPV4 : INDICATION_BYTES_IPV6);
    const capacity = payloadAt + sizeBytes + SLOT_TAILROOM_BYTES - at;
    this.#serial += 1;
    writeU32(this.#transaction, TRANSACTION_ID_BYTES - 4, this.#serial);
    writer.begin(this.#bytes, at, capacity, CLASS_INDICATION, METHOD_SEND, this.#transaction, 0);
    writer.addXorAddress(ATTRIBUTE_XOR_PEER_ADDRESS, flows.peerAddresses, peerAt);
    writer.addInPlace(ATTRIBUTE_DATA, sizeBytes);
    legs.send(allocation, this.#bytes, at, writer.length);
  }

  /** Sends from the peers, out of the slots from `firstSlot` up to, not including, `endSlot`. */
  #sendDown(firstSlot: number, endSlot: number, nowTicks: number): void {
    const { flows, counts } = this.#options;
    const run = Math.max(1, Math.floor((endSlot - firstSlot) / flows.allocationCount));
    for (let slot = firstSlot; slot < endSlot; ) {
      const allocation = this.#downAt;
      for (const end = Math.min(slot + run, endSlot); slot < end; slot += 1) {
        this.#sendOneDown(slot, allocation, nowTicks);
      }
      this.#downAt = allocation + 1 === flows.allocationCount ? 0 : allocation + 1;
    }
    counts.sentDown += endSlot - firstSlot;
  }

  #sendOneDown(slot: number, allocation: number, nowTicks: number): void {
    const { payload, flows, endpoints, sizeBytes } = this.#options;
    const at = this.#payloadAt(slot);
    const sequence = flows.takeSequence(allocation, DIRECTION_DOWN);
    payload.writeHeader(this.#view, at, slot, allocation, sequence, nowTicks, this.epoch, DIRECTION_DOWN);
    const peer = flows.peerOf[allocation] as number;
    endpoints.sendFromPeer(peer, flows.relayed, allocation * ADDRESS_WORDS, this.#bytes, at, sizeBytes);
  }

  #payloadAt(slot: number): number {
    return slot * this.#slotBytes + SLOT_HEADROOM_BYTES;
  }
}
