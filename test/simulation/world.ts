import { nodeHashes } from '../../src/app/node-hashes.ts';
import { type Cidr, parseCidr } from '../../src/base/cidr.ts';
import type { Instant } from '../../src/base/clock.ts';
import { assertLimits } from '../../src/base/limits.ts';
import type { SeededRandom } from '../../src/base/seeded-random.ts';
import { type AddressWords, sameIp } from '../../src/base/socket-address.ts';
import { COUNTER_NAMES } from '../../src/turn/counter.ts';
import { RevokedUsernames } from '../../src/turn/revoked-usernames.ts';
import { TurnServer } from '../../src/turn/server.ts';
import type { TurnServerOptions } from '../../src/turn/server-options.ts';
import { ClientAccess } from './clients/client-access.ts';
import { runClient } from './clients/client-behaviour.ts';
import { CredentialBook, REALM } from './clients/credential-book.ts';
import { CredentialDesk } from './clients/credential-desk.ts';
import { type AuthenticationStyle, SimulatedClient } from './clients/simulated-client.ts';
import { TokenExchange } from './clients/token-exchange.ts';
import { Draw } from './draw.ts';
import { EventQueue } from './event-queue.ts';
import type { ModelSurroundings } from './model/model-surroundings.ts';
import { NonceRegister } from './model/nonce-register.ts';
import { RelayRegister } from './model/relay-register.ts';
import { ReservationRegister } from './model/reservation-register.ts';
import { UsageModel } from './model/usage-model.ts';
import { WorkerModel } from './model/worker-model.ts';
import { Network } from './network/network.ts';
import { PayloadLedger } from './payload-ledger.ts';
import { canTakeCensus, takePortCensus } from './port-census.ts';
import { limitsOf, type Scenario } from './scenario.ts';
import { SimulatedPeer } from './simulated-peer.ts';
import type { SimulationContext } from './simulation-context.ts';
import { buildTopology, findListener, isDenied, PEER_RULES } from './topology.ts';
import { Trace } from './trace.ts';
import { ControlEvents } from './workers/control-events.ts';
import type { ServerUnderTest } from './workers/server-under-test.ts';
import { SharedQuota } from './workers/shared-quota.ts';
import { SimulatedSockets } from './workers/simulated-sockets.ts';
import { ownAddresses, SimulatedWorker } from './workers/simulated-worker.ts';
import { auditStep, requireNothingLeft } from './world-audit.ts';

/** Makes the server of one worker; a canary makes a broken one. */
export type ServerFactory = (options: TurnServerOptions) => ServerUnderTest;

const START = 1_000_000 as Instant;
const UNIX_START = 1_790_000_000_000;
const KEYS = 4;
const CENSUS_TTL_MS = 3_600_000;
/** Virtual time after which the clients fall silent, however little they have sent. */
const ACTIVE_MS_MAX = 6 * 3_600_000;
/** Events between two audits of everything. */
const EVENTS_PER_AUDIT = 256;
const STYLES: readonly AuthenticationStyle[] = ['rfc5389', 'rfc8489-md5', 'rfc8489-sha256'];

/** Everything: the workers under test, and all that happens to them. */
export class World {
  readonly scenario: Scenario;
  readonly queue = new EventQueue(START);
  readonly trace = new Trace();
  readonly network: Network;
  readonly sockets: SimulatedSockets;
  readonly quota: SharedQuota;
  readonly usage: UsageModel;
  readonly workers: SimulatedWorker[] = [];
  readonly #draw: Draw;
  readonly #random: SeededRandom;
  readonly #book: CredentialBook;
  readonly #surroundings: ModelSurroundings;
  readonly #context: SimulationContext;
  readonly #clients: SimulatedClient[] = [];
  readonly #access: ClientAccess;
  readonly #control: ControlEvents;

  constructor(
    random: SeededRandom,
    scenario: Scenario,
    makeServer: ServerFactory = (options) => new TurnServer(options),
  ) {
    assertLimits();
    this.scenario = scenario;
    this.#random = random;
    this.#draw = new Draw(random);
    this.network = new Network(this.queue, this.#draw, scenario.network);
    this.quota = new SharedQuota();
    this.usage = new UsageModel(scenario.timerLatenessMsMax + 1);
    this.#book = new CredentialBook(nodeHashes, this.#draw, KEYS);
    this.#context = this.#makeContext();
    this.sockets = new SimulatedSockets(this.network, this.#context.topology);
    this.#surroundings = this.#makeSurroundings();
    const nonceKey = this.#draw.bytes(32);
    for (let index = 0; index < scenario.workers; index += 1) {
      this.workers.push(this.#makeWorker(index, nonceKey, makeServer));
    }
    this.#access = new ClientAccess(this.#context, this.workers);
    this.#control = new ControlEvents({
      context: this.#context,
      book: this.#book,
      workers: this.workers,
      clients: this.#clients,
      clockOffsetMs: UNIX_START - START,
      collectUsage: () => this.collectUsage(),
    });
    for (let number = 0; number < scenario.clients; number += 1) {
      this.#clients.push(new SimulatedClient(this.#context, number, this.#draw.pick(STYLES)));
    }
  }

  /**
   * Runs until everything that was begun has ended, and nothing is left.
   * @throws {InvariantViolation} at the first thing that is not as it must be.
   */
  run(): void {
    this.#begin();
    let events = 0;
    while (this.queue.runNext()) {
      events += 1;
      if (events % EVENTS_PER_AUDIT === 0) {
        auditStep(this);
      }
    }
    this.collectUsage();
    requireNothingLeft(this);
    if (canTakeCensus(this.scenario)) {
      takePortCensus(this, this.#context, () => this.#book.issue(this.#control.unixNow, CENSUS_TTL_MS));
      this.collectUsage();
      requireNothingLeft(this);
    }
  }

  collectUsage(): void {
    for (const worker of this.workers) {
      this.usage.report(worker.collectUsage());
    }
  }

  #begin(): void {
    const { topology } = this.#context;
    const isOver = (): boolean => this.network.sent >= this.scenario.packets || this.queue.now > START + ACTIVE_MS_MAX;
    for (const client of this.#clients) {
      runClient(client, isOver);
    }
    for (const address of [...topology.peers, ...topology.denied]) {
      if (findListener(topology, address) < 0) {
        new SimulatedPeer(this.#context, address, isDenied(topology, address)).run(isOver);
      }
    }
    this.#control.run(isOver);
  }

  #makeContext(): SimulationContext {
    const desk = new CredentialDesk(this.#book, this.#draw);
    return {
      scenario: this.scenario,
      queue: this.queue,
      draw: this.#draw,
      network: this.network,
      hashes: nodeHashes,
      trace: this.trace,
      topology: buildTopology(this.scenario),
      ledger: new PayloadLedger(),
      relayRegister: new RelayRegister(),
      tokens: new TokenExchange(this.#draw),
      issueCredential: () => desk.issue(this.#control.unixNow),
      openPath: (client) => this.#access.openPath(client),
    };
  }

  #makeSurroundings(): ModelSurroundings {
    const { topology, relayRegister } = this.#context;
    const isOwnRelay = (peer: AddressWords): boolean =>
      topology.relays.some(({ advertised }) => sameIp(advertised, 0, peer, 0));
    return {
      scenario: this.scenario,
      topology,
      hashes: nodeHashes,
      book: this.#book,
      nonces: new NonceRegister(),
      reservations: new ReservationRegister(),
      relayRegister,
      usage: this.usage,
      latenessMs: this.scenario.timerLatenessMsMax + 1,
      isDenied: (peer) => isDenied(topology, peer),
      isDeniedAltogether: (peer) => isDenied(topology, peer) && !isOwnRelay(peer),
      countAllocations: (username) => ({ live: this.#countLive(username), counted: this.#countHeld(username) }),
      clientName: (address) => this.#access.nameAt(address),
    };
  }

  #makeWorker(index: number, nonceKey: Uint8Array, makeServer: ServerFactory): SimulatedWorker {
    const { scenario } = this;
    const { topology } = this.#context;
    const counters = new Float64Array(COUNTER_NAMES.length);
    const server = makeServer({
      hashes: nodeHashes,
      random: this.#random,
      realm: REALM,
      software: 'simulation',
      nonceKey,
      masterSecrets: [this.#book.masterSecret],
      worker: { index, count: scenario.workers },
      relays: topology.relays,
      relayPorts: scenario.ports,
      peers: { ...peerRules(scenario), own: ownAddresses(topology) },
      quota: this.quota,
      revocations: new RevokedUsernames(nodeHashes, this.#random, (bytes) => new ArrayBuffer(bytes)),
      backlog: { hasRoom: () => true },
      limits: limitsOf(scenario),
      features: { dontFragment: scenario.hasSocketFeatures },
      counters,
    });
    server.setDefaultLimits(
      { ...scenario.allocationLimits, allocationsPerCredential: scenario.allocationsPerCredential },
      this.queue.now,
    );
    const model = new WorkerModel(this.#surroundings, (relayed) => {
      const socket = this.sockets.findAdvertised(relayed);
      return socket?.worker === index ? socket.id : undefined;
    });
    return new SimulatedWorker(this.#context, this.sockets, this.workers, index, server, model, counters);
  }

  /** Allocations of a username on all workers, those in the making and those whose time is over among them. */
  #countHeld(username: string): number {
    let count = 0;
    for (const { harness } of this.workers) {
      const { allocations, pending } = harness.model;
      const usernames = [
        ...[...allocations.values()].map(({ credential }) => credential.username),
        ...[...pending.values()].map(({ sender }) => sender.credential?.username),
      ];
      count += usernames.filter((each) => each === username).length;
    }
    return count;
  }

  /** Allocations of a username that live for sure, on all workers. */
  #countLive(username: string): number {
    let count = 0;
    for (const { harness } of this.workers) {
      for (const allocation of harness.model.allocations.values()) {
        const isLive = allocation.relays.some(
          (relay) => harness.model.lifeOf(allocation, relay, this.queue.now) === 'live',
        );
        count += allocation.credential.username === username && isLive ? 1 : 0;
      }
    }
    return count;
  }
}

function peerRules(scenario: Scenario): { readonly allow: readonly Cidr[]; readonly deny: readonly Cidr[] } {
  const ranges = (text: string): Cidr[] => {
    const range = scenario.hasPeerRules ? parseCidr(text) : undefined;
    return range === undefined ? [] : [range];
  };
  return { allow: ranges(PEER_RULES.allow), deny: ranges(PEER_RULES.deny) };
}
