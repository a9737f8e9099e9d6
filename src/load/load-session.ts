import { randomBytes } from 'node:crypto';
import { nodeHashes } from '../app/node-hashes.ts';
import { ADDRESS_WORDS, type AddressWords, copyAddress } from '../base/socket-address.ts';
import type { DatagramBackEnd } from '../relay/sockets/datagram-back-end.ts';
import { classifyPacket, PACKET_CHANNEL_DATA } from '../stun/demux.ts';
import type { ClientAddresses } from './client-addresses.ts';
import { DatagramEndpoints } from './datagram-endpoints.ts';
import type { ClientLegs, EndpointHandler } from './endpoint-handler.ts';
import { FlowTable } from './flow-table.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import type { ClientEvents, LoadClients } from './load-clients.ts';
import { LoadClock } from './load-clock.ts';
import { LoadError } from './load-error.ts';
import type { LoadDirection, LoadMode, LoadTransport } from './load-options.ts';
import { isDataIndication, PacketChecker } from './packet-checker.ts';
import { PacketSender } from './packet-sender.ts';
import { PayloadFormat } from './payload-format.ts';
import { RawClients } from './raw-clients.ts';
import { RequestWriter } from './request-writer.ts';
import { StreamLegs } from './stream-legs.ts';
import { TrafficCounts, zeroErrors } from './traffic-counts.ts';
import { TurnClients } from './turn-clients.ts';

/** How often unanswered requests are looked at. */
const TIMER_MS = 50;

export interface LoadSessionOptions {
  readonly server: AddressWords;
  /** The name in the URL, where it has one. */
  readonly hostname: string | undefined;
  readonly transport: LoadTransport;
  readonly mode: LoadMode;
  readonly direction: LoadDirection;
  readonly user: string;
  readonly password: string;
  readonly allocations: number;
  readonly peers: number;
  readonly sizeBytes: number;
  readonly clientAddresses: ClientAddresses;
  readonly backEnd: DatagramBackEnd;
}

/** One generator: its clients and peers, their sockets, and what sends and checks packets. It knows no plan of its own. */
export class LoadSession implements EndpointHandler {
  readonly clock = new LoadClock();
  readonly errors = zeroErrors();
  readonly counts = new TrafficCounts();
  readonly latency = new LatencyHistogram();
  readonly flows: FlowTable;
  readonly endpoints: DatagramEndpoints;
  readonly legs: ClientLegs;
  readonly clients: LoadClients;
  readonly sender: PacketSender;
  readonly checker: PacketChecker;
  /** What to do about clients that became ready, ended or failed. */
  clientEvents: ClientEvents = { handleReady: () => {}, handleReleased: () => {}, handleFailed: () => {} };
  /** Called when arrivals were taken in, before what answers them is flushed. */
  onArrivals: (nowTicks: number) => void = () => {};
  /** Ticks that went into taking arrivals in. */
  busyTicks = 0;
  /** The first thing that went wrong, for people. */
  firstProblem: string | undefined;
  #nowTicks = 0;
  #peersLeft: number;
  #peersOpened: () => void = () => {};
  #peersFailed: (error: Error) => void = () => {};
  /** The clients, where they are those of a forwarder. */
  readonly #rawClients: RawClients | undefined;
  readonly #timer: NodeJS.Timeout;

  constructor(options: LoadSessionOptions) {
    const { server, transport, mode, direction, allocations, peers, sizeBytes, clientAddresses } = options;
    const isStream = transport !== 'udp';
    const { clock, errors, counts, latency } = this;
    const random = randomBytes(12);
    const payload = new PayloadFormat(sizeBytes, random.readUInt32BE(8));
    // A forwarder keeps no channels: it puts the first one on all that it sends to clients.
    this.flows = new FlowTable(allocations, peers, mode === 'raw' ? 1 : undefined);
    this.endpoints = new DatagramEndpoints({
      clientCount: isStream ? 0 : allocations,
      server,
      clientAddresses,
      backEnd: options.backEnd,
      handler: this,
    });
    this.legs = isStream
      ? new StreamLegs({
          server,
          isTls: transport === 'tls',
          hostname: options.hostname,
          clientAddresses,
          handler: this,
        })
      : this.endpoints;
    const { flows, endpoints, legs } = this;
    const isIndication = mode === 'indication';
    const sender = { isIndication, isStream, direction, sizeBytes, payload, flows, legs, endpoints, counts };
    this.sender = new PacketSender(sender);
    this.checker = new PacketChecker({ isStream, direction, flows, payload, counts, errors, latency });
    const events = this.#passEvents();
    this.#rawClients =
      mode === 'raw' ? new RawClients({ legs, flows, payload, sender: this.sender, clock, events }) : undefined;
    this.clients = this.#rawClients ?? this.#createTurnClients(options, random, events);
    this.#peersLeft = peers;
    this.#timer = setInterval(() => this.clients.handleTime(), TIMER_MS);
  }

  /** Packets that the system or a slow stream did not take. */
  get refused(): number {
    return this.legs === this.endpoints ? this.legs.refused : this.legs.refused + this.endpoints.refused;
  }

  /**
   * Opens every peer's socket at `address`, whose port is 0 unless there is one peer.
   * @throws {LoadError} when it is none of this machine's, or the port is in use.
   */
  openPeers(address: AddressWords): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#peersOpened = resolve;
      this.#peersFailed = reject;
      for (let peer = 0; peer < this.flows.peerCount; peer += 1) {
        this.endpoints.openPeer(peer, address);
      }
    });
  }

  /** Closes every socket; allocations that are left end by themselves. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.checker.isCounting = false;
    for (let client = 0; client < this.flows.allocationCount; client += 1) {
      this.legs.close(client);
    }
    await this.endpoints.stop();
  }

  noteProblem(problem: string): void {
    this.firstProblem ??= problem;
  }

  handleLegOpened(client: number): void {
    this.clients.handleLegOpened(client);
  }

  handleLegFailed(client: number, reason: string): void {
    this.noteProblem(reason);
    this.clients.handleLegFailed(client, reason);
  }

  handlePeerOpened(peer: number, local: AddressWords): void {
    copyAddress(local, 0, this.flows.peerAddresses, peer * ADDRESS_WORDS);
    this.#peersLeft -= 1;
    if (this.#peersLeft === 0) {
      this.#peersOpened();
    }
  }

  handlePeerFailed(_peer: number, reason: string): void {
    this.#peersFailed(
      new LoadError(`A peer's socket cannot be opened (${reason}): name an address of this machine, with a free port.`),
    );
  }

  handleArrivalsBegin(): void {
    this.#nowTicks = this.clock.now();
  }

  handleArrivalsEnd(): void {
    this.onArrivals(this.#nowTicks);
    this.busyTicks += this.clock.now() - this.#nowTicks;
  }

  handleClientMessage(client: number, bytes: Uint8Array, offset: number, length: number): void {
    if (classifyPacket(bytes, offset, length) === PACKET_CHANNEL_DATA) {
      this.checker.checkChannelData(client, bytes, offset, length, this.#nowTicks);
    } else if (isDataIndication(bytes, offset, length)) {
      this.checker.checkDataIndication(client, bytes, offset, length, this.#nowTicks);
    } else if (!this.clients.handleMessage(client, bytes, offset, length)) {
      this.errors.unexpected += 1;
      this.noteProblem('a client received a message that it cannot read');
    }
  }

  handlePeerDatagram(
    peer: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    from: AddressWords,
    fromAt: number,
  ): void {
    if (!this.checker.isCounting) {
      this.#rawClients?.handlePeerDatagram(bytes, offset, length, from, fromAt);
    } else if (this.checker.checkAtPeer(peer, bytes, offset, length, from, fromAt, this.#nowTicks)) {
      // The batch that it came in is flushed when it has been handled.
      this.endpoints.sendFromPeer(peer, from, fromAt, bytes, offset, length);
      this.counts.sentDown += 1;
    }
  }

  handleStranger(): void {
    this.errors.unexpected += 1;
    this.noteProblem('a client received a packet from elsewhere than the server');
  }

  /** What comes of clients, for whoever listens at the time. */
  #passEvents(): ClientEvents {
    return {
      handleReady: (client) => this.clientEvents.handleReady(client),
      handleReleased: (client, beganAt) => this.clientEvents.handleReleased(client, beganAt),
      handleFailed: (client, reason) => {
        this.noteProblem(reason);
        this.clientEvents.handleFailed(client, reason);
      },
    };
  }

  #createTurnClients(options: LoadSessionOptions, seed: Uint8Array, events: ClientEvents): TurnClients {
    const { mode, transport, user, password } = options;
    const { legs, flows, clock, errors } = this;
    const requests = new RequestWriter({ hashes: nodeHashes, user, password, flows, seed });
    const isStream = transport !== 'udp';
    return new TurnClients({ mode, isStream, legs, flows, requests, hashes: nodeHashes, clock, errors, events });
  }
}
