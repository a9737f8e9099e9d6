import { ADDRESS_WORDS, type AddressWords } from '../base/socket-address.ts';
import { CHANNEL_NUMBER_MIN } from '../stun/channel-data.ts';
import type { Direction } from './payload-format.ts';
import { SequenceWindows } from './sequence-windows.ts';

/** Channel numbers, used in turn, so that a packet on another client's channel is noticed: 0x4000 to 0x4FFF (RFC 8656 §12). */
const CHANNELS = 0x1000;

/** What the generator knows of each allocation, as rows of typed arrays: the path of every packet reads it. */
export class FlowTable {
  readonly allocationCount: number;
  readonly peerCount: number;
  /** Per allocation: its relayed transport address, `ADDRESS_WORDS` words each. */
  readonly relayed: AddressWords;
  /** Per allocation: its only peer. */
  readonly peerOf: Uint32Array;
  /** Per allocation: its only channel. */
  readonly channelOf: Uint16Array;
  /** Per peer: where it is, `ADDRESS_WORDS` words each. */
  readonly peerAddresses: AddressWords;
  /** Per flow: the number of the next packet. A flow is one direction of an allocation. */
  readonly sequences: Uint32Array;
  readonly arrivals: SequenceWindows;

  constructor(allocationCount: number, peerCount: number, channelCount = CHANNELS) {
    this.allocationCount = allocationCount;
    this.peerCount = peerCount;
    this.relayed = new Uint32Array(allocationCount * ADDRESS_WORDS);
    this.peerOf = Uint32Array.from({ length: allocationCount }, (_, allocation) =>
      Math.floor((allocation * peerCount) / allocationCount),
    );
    this.channelOf = Uint16Array.from(
      { length: allocationCount },
      (_, allocation) => CHANNEL_NUMBER_MIN + (allocation % channelCount),
    );
    this.peerAddresses = new Uint32Array(peerCount * ADDRESS_WORDS);
    this.sequences = new Uint32Array(2 * allocationCount);
    this.arrivals = new SequenceWindows(2 * allocationCount);
  }

  /** Takes the number of the next packet of a flow. */
  takeSequence(allocation: number, direction: Direction): number {
    const flow = flowOf(allocation, direction);
    const sequence = this.sequences[flow] as number;
    this.sequences[flow] = sequence + 1;
    return sequence;
  }

  /** Every flow begins again at 0. */
  restart(): void {
    this.sequences.fill(0);
    this.arrivals.clear();
  }
}

/** The row of one direction of an allocation. */
export function flowOf(allocation: number, direction: Direction): number {
  return 2 * allocation + direction;
}
