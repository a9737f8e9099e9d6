import { formatTransportAddress } from '../base/ip.ts';
import { ADDRESS_WORDS, type AddressWords, copyAddress } from '../base/socket-address.ts';
import type { ClientLegs } from './endpoint-handler.ts';
import type { FlowTable } from './flow-table.ts';
import type { ClientEvents, LoadClients } from './load-clients.ts';
import { type LoadClock, TICKS_PER_US } from './load-clock.ts';
import type { PacketSender } from './packet-sender.ts';
import { PAYLOAD_INTACT, type PayloadFormat } from './payload-format.ts';

/** Between two greetings of a client. */
const GREETING_INTERVAL_TICKS = 500_000 * TICKS_PER_US;
const GREETINGS_MAX = 6;

/** `greeting`: the client has sent, and nothing has come to the peer yet. */
type ClientState = 'idle' | 'opening' | 'greeting' | 'ready' | 'failed';

interface Client {
  state: ClientState;
  greetings: number;
  greetedAt: number;
  beganAt: number;
}

export interface RawClientsOptions {
  readonly legs: ClientLegs;
  readonly flows: FlowTable;
  readonly payload: PayloadFormat;
  readonly sender: Pick<PacketSender, 'greet'>;
  readonly clock: Pick<LoadClock, 'now'>;
  readonly events: ClientEvents;
}

/**
 * Clients of a forwarder that answers no requests. It opens the way of a client when it sees the client's first packet, so
 * that each greets the peer; where the greeting comes from takes the place of the relayed transport address.
 */
export class RawClients implements LoadClients {
  retransmissions = 0;
  readonly #options: RawClientsOptions;
  readonly #clients: Client[];
  /** Clients whose greeting has not arrived. */
  readonly #greeting = new Set<number>();

  constructor(options: RawClientsOptions) {
    this.#options = options;
    this.#clients = Array.from({ length: options.flows.allocationCount }, () => ({
      state: 'idle',
      greetings: 0,
      greetedAt: 0,
      beganAt: 0,
    }));
  }

  start(index: number): void {
    const client = this.#clientAt(index);
    client.state = 'opening';
    client.greetings = 0;
    client.beganAt = this.#options.clock.now();
    this.#options.legs.open(index);
  }

  /** The forwarder is told nothing: it knows no end of a client. */
  release(index: number): void {
    const { legs, events } = this.#options;
    const client = this.#clientAt(index);
    client.state = 'idle';
    legs.close(index);
    // Not at once, as no answer would come at once: who releases many from within the event would recurse.
    setImmediate(() => events.handleReleased(index, client.beganAt));
  }

  isReady(index: number): boolean {
    return this.#clientAt(index).state === 'ready';
  }

  handleLegOpened(index: number): void {
    const client = this.#clientAt(index);
    if (client.state === 'opening') {
      client.state = 'greeting';
      this.#greeting.add(index);
      this.#greet(index, client);
    }
  }

  handleLegFailed(index: number, reason: string): void {
    this.#fail(index, reason);
  }

  /** A forwarder has nothing to say by itself. */
  handleMessage(): boolean {
    return false;
  }

  /** Takes what a peer received before the first phase; what is no greeting is left out of account, as all is until then. */
  handlePeerDatagram(bytes: Uint8Array, offset: number, length: number, from: AddressWords, fromAt: number): void {
    const { payload, flows, events } = this.#options;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const isIntact = payload.read(view, offset, length) === PAYLOAD_INTACT;
    const index = payload.allocation;
    if (isIntact && this.#greeting.delete(index)) {
      copyAddress(from, fromAt, flows.relayed, index * ADDRESS_WORDS);
      this.#clientAt(index).state = 'ready';
      events.handleReady(index);
    }
  }

  handleTime(): void {
    const now = this.#options.clock.now();
    for (const index of this.#greeting) {
      const client = this.#clientAt(index);
      if (now - client.greetedAt > GREETING_INTERVAL_TICKS) {
        if (client.greetings < GREETINGS_MAX) {
          this.retransmissions += 1;
          this.#greet(index, client);
        } else {
          this.#fail(index, this.#describeSilence(index));
        }
      }
    }
  }

  #greet(index: number, client: Client): void {
    client.greetings += 1;
    client.greetedAt = this.#options.clock.now();
    this.#options.sender.greet(index, client.greetedAt);
  }

  #describeSilence(index: number): string {
    const { flows } = this.#options;
    const peer = formatTransportAddress(flows.peerAddresses, (flows.peerOf[index] as number) * ADDRESS_WORDS);
    return `nothing that a client sent came to ${peer}, which is where the forwarder must send to`;
  }

  #fail(index: number, reason: string): void {
    this.#clientAt(index).state = 'failed';
    this.#greeting.delete(index);
    this.#options.legs.close(index);
    this.#options.events.handleFailed(index, reason);
  }

  #clientAt(index: number): Client {
    return this.#clients[index] as Client;
  }
}
