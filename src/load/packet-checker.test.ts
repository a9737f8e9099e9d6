import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseTransportAddress } from '../base/ip.ts';
import { ADDRESS_WORDS, type AddressWords, copyAddress } from '../base/socket-address.ts';
import { writeChannelDataHeader } from '../stun/channel-data.ts';
import { CLASS_INDICATION } from '../stun/message-type.ts';
import { MessageWriter } from '../stun/message-writer.ts';
import { ATTRIBUTE_DATA, ATTRIBUTE_XOR_PEER_ADDRESS } from '../stun/registry/attributes.ts';
import { METHOD_DATA } from '../stun/registry/methods.ts';
import { FlowTable } from './flow-table.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import type { LoadDirection } from './load-options.ts';
import { isDataIndication, PacketChecker } from './packet-checker.ts';
import { DIRECTION_DOWN, DIRECTION_UP, type Direction, EPOCH_GREETING, PayloadFormat } from './payload-format.ts';
import { TrafficCounts, zeroErrors } from './traffic-counts.ts';

const SIZE = 50;
const SENT_AT = 1_000;
const NOW = 1_080;
const EPOCH = 4;
const RELAYED = ['127.0.0.1:50000', '127.0.0.1:50001'].map((text) => parseTransportAddress(text) as AddressWords);
const PEER = parseTransportAddress('127.0.0.1:40000') as AddressWords;
const STRANGER = parseTransportAddress('127.0.0.1:40001') as AddressWords;

/** A checker of two allocations with one peer, and the packets that come to it. */
class Rig {
  readonly flows = new FlowTable(2, 1);
  readonly counts = new TrafficCounts();
  readonly errors = zeroErrors();
  readonly latency = new LatencyHistogram();
  readonly payload = new PayloadFormat(SIZE, 1);
  readonly checker: PacketChecker;

  constructor(direction: LoadDirection, isStream = false) {
    const { flows, counts, errors, latency, payload } = this;
    for (const [index, address] of RELAYED.entries()) {
      copyAddress(address, 0, flows.relayed, index * ADDRESS_WORDS);
    }
    copyAddress(PEER, 0, flows.peerAddresses, 0);
    this.checker = new PacketChecker({ isStream, direction, flows, payload, counts, errors, latency });
    this.checker.isCounting = true;
    this.checker.epoch = EPOCH;
  }

  write(allocation: number, sequence: number, direction: Direction, epoch = EPOCH, run = 1): Uint8Array {
    const bytes = new Uint8Array(SIZE);
    const view = new DataView(bytes.buffer);
    const payload = new PayloadFormat(SIZE, run);
    payload.writeBody(view, 0, 9);
    payload.writeHeader(view, 0, 9, allocation, sequence, SENT_AT, epoch, direction);
    return bytes;
  }

  toPeer(payload: Uint8Array, from: AddressWords = RELAYED[0] as AddressWords): boolean {
    return this.checker.checkAtPeer(0, payload, 0, payload.length, from, 0, NOW);
  }

  toClient(client: number, payload: Uint8Array, channel = this.flows.channelOf[client] as number): void {
    const message = new Uint8Array(4 + payload.length);
    writeChannelDataHeader(message, 0, channel, payload.length);
    message.set(payload, 4);
    this.checker.checkChannelData(client, message, 0, message.length, NOW);
  }

  indicateToClient(client: number, payload: Uint8Array, peer: AddressWords): void {
    const bytes = new Uint8Array(200);
    const writer = new MessageWriter();
    writer.begin(bytes, 0, bytes.length, CLASS_INDICATION, METHOD_DATA, new Uint8Array(12), 0);
    writer.addXorAddress(ATTRIBUTE_XOR_PEER_ADDRESS, peer);
    writer.addBytes(ATTRIBUTE_DATA, payload);
    assert.equal(isDataIndication(bytes, 0, writer.length), true);
    this.checker.checkDataIndication(client, bytes, 0, writer.length, NOW);
  }

  /** The errors that were counted, by name. */
  get wrong(): Record<string, number> {
    return Object.fromEntries(Object.entries(this.errors).filter(([, count]) => count > 0));
  }
}

describe('packet checker', () => {
  test('counts and times what is right', () => {
    const rig = new Rig('both');
    assert.equal(rig.toPeer(rig.write(0, 0, DIRECTION_UP)), false);
    rig.toClient(1, rig.write(1, 0, DIRECTION_DOWN));
    rig.indicateToClient(1, rig.write(1, 1, DIRECTION_DOWN), PEER);
    assert.deepEqual([rig.counts.deliveredUp, rig.counts.deliveredDown, rig.wrong], [1, 2, {}]);
    assert.deepEqual([rig.latency.count, rig.latency.max], [3, NOW - SENT_AT]);
  });

  test('times an echo once, when it is back', () => {
    const rig = new Rig('echo');
    assert.equal(rig.toPeer(rig.write(0, 0, DIRECTION_UP)), true);
    assert.equal(rig.toPeer(rig.write(0, 0, DIRECTION_UP)), false);
    rig.toClient(0, rig.write(0, 0, DIRECTION_UP));
    assert.deepEqual([rig.counts.deliveredUp, rig.counts.deliveredDown, rig.latency.count], [1, 1, 1]);
    assert.deepEqual(rig.wrong, { duplicated: 1 });
  });

  test('notices wrong bytes, wherever they arrive', () => {
    const rig = new Rig('both');
    const [up, down] = [rig.write(0, 0, DIRECTION_UP), rig.write(1, 0, DIRECTION_DOWN)];
    for (const payload of [up, down]) {
      payload[SIZE - 1] = (payload[SIZE - 1] as number) ^ 1;
    }
    rig.toPeer(up);
    rig.toPeer(new Uint8Array(0));
    rig.toClient(1, down);
    rig.indicateToClient(1, down, PEER);
    rig.checker.checkChannelData(1, Uint8Array.of(0x40, 0x01, 0, 9, 1), 0, 5, NOW);
    rig.checker.checkDataIndication(1, Uint8Array.of(0, 0x17, 0, 0), 0, 4, NOW);
    assert.deepEqual(rig.wrong, { corrupted: 6 });
  });

  test('notices what came another way than its own', () => {
    const rig = new Rig('both');
    rig.toPeer(rig.write(0, 0, DIRECTION_UP), RELAYED[1]);
    rig.toPeer(rig.write(0, 0, DIRECTION_DOWN));
    rig.toClient(1, rig.write(0, 0, DIRECTION_DOWN));
    rig.toClient(1, rig.write(1, 0, DIRECTION_UP));
    rig.toClient(1, rig.write(1, 0, DIRECTION_DOWN), rig.flows.channelOf[0]);
    rig.indicateToClient(1, rig.write(1, 0, DIRECTION_DOWN), STRANGER);
    assert.deepEqual(rig.wrong, { misrouted: 6 });
  });

  test('tells late, repeated and old ones apart', () => {
    const rig = new Rig('up');
    for (const sequence of [1, 0, 1]) {
      rig.toPeer(rig.write(0, sequence, DIRECTION_UP));
    }
    rig.toPeer(rig.write(0, 2, DIRECTION_UP, EPOCH - 1));
    rig.toPeer(rig.write(0, 2, DIRECTION_UP, EPOCH, 2));
    assert.deepEqual(rig.wrong, { duplicated: 1, reordered: 1, stale: 2 });
    assert.equal(rig.counts.deliveredUp, 2);
  });

  test('passes over a greeting that comes late', () => {
    const rig = new Rig('up');
    rig.toPeer(rig.write(0, 0, DIRECTION_UP, EPOCH_GREETING));
    assert.deepEqual([rig.counts.deliveredUp, rig.wrong], [0, {}]);
  });

  test('holds ChannelData in a stream to its padding', () => {
    const rig = new Rig('down', true);
    rig.toClient(0, rig.write(0, 0, DIRECTION_DOWN));
    assert.deepEqual(rig.wrong, { corrupted: 1 });
  });

  test('looks at nothing between phases', () => {
    const rig = new Rig('up');
    rig.checker.isCounting = false;
    rig.toPeer(rig.write(0, 0, DIRECTION_UP));
    rig.toClient(0, new Uint8Array(1));
    assert.deepEqual([rig.counts.deliveredUp, rig.wrong], [0, {}]);
  });
});
