import type { AddressWords } from '../../../src/base/socket-address.ts';
import { addressKey } from '../address-key.ts';
import type { Draw } from '../draw.ts';
import type { EventQueue } from '../event-queue.ts';

/** One datagram on its way. Nobody writes to it: a duplicate is the same object. */
export interface Datagram {
  readonly from: AddressWords;
  readonly to: AddressWords;
  readonly bytes: Uint8Array;
}

export type DatagramReceiver = (datagram: Datagram) => void;

export interface NetworkConditions {
  /** Probability that a datagram is lost. */
  readonly lossRate: number;
  /** Probability that a datagram arrives twice. */
  readonly duplicateRate: number;
  readonly delayMsMin: number;
  readonly delayMsMax: number;
}

/** What a UDP datagram over IPv4 carries; the system refuses to send more. */
export const DATAGRAM_BYTES_MAX = 65_507;

/**
 * The network between clients, relay and peers. Each datagram takes its own delay, so that they overtake each other, may be
 * lost, and may arrive twice. One that nobody receives disappears.
 */
export class Network {
  /** Datagrams given to the network. */
  sent = 0;
  readonly #queue: EventQueue;
  readonly #draw: Draw;
  readonly #conditions: NetworkConditions;
  /** Hears of what arrived where nobody is. */
  onUndeliverable: (datagram: Datagram) => void = () => undefined;
  readonly #receivers = new Map<string, DatagramReceiver>();

  constructor(queue: EventQueue, draw: Draw, conditions: NetworkConditions) {
    this.#queue = queue;
    this.#draw = draw;
    this.#conditions = conditions;
  }

  attach(address: AddressWords, receiver: DatagramReceiver): void {
    this.#receivers.set(addressKey(address), receiver);
  }

  detach(address: AddressWords): void {
    this.#receivers.delete(addressKey(address));
  }

  /** Sends a datagram, whose bytes belong to the network from now on. */
  send(from: AddressWords, to: AddressWords, bytes: Uint8Array): void {
    this.sent += 1;
    const datagram = { from, to, bytes };
    if (bytes.length > DATAGRAM_BYTES_MAX) {
      return;
    }
    if (!this.#draw.chance(this.#conditions.lossRate)) {
      this.#deliverLater(datagram);
    }
    if (this.#draw.chance(this.#conditions.duplicateRate)) {
      this.#deliverLater(datagram);
    }
  }

  #deliverLater(datagram: Datagram): void {
    this.#queue.schedule(this.drawDelayMs(), () => {
      const receive = this.#receivers.get(addressKey(datagram.to)) ?? this.onUndeliverable;
      receive(datagram);
    });
  }

  /** How long one datagram, or one segment of a stream, is on its way. */
  drawDelayMs(): number {
    return this.#draw.logarithmic(this.#conditions.delayMsMin, this.#conditions.delayMsMax);
  }
}
