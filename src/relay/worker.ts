import type { MessagePort } from 'node:worker_threads';
import { assert } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import type { Hashes } from '../base/hash.ts';
import { assertLimits, LISTENERS_MAX } from '../base/limits.ts';
import type { Random } from '../base/random.ts';
import type { Change } from '../contract/change.ts';
import type {} from '../contract/live-workers.ts';
import type { ListenAddress, MessageFromWorker, MessageToWorker } from '../contract/worker-message.ts';
import type { ClientBacklog } from '../turn/client-backlog.ts';
import { TurnServer } from '../turn/server.ts';
import type { TurnFeatures } from '../turn/server-options.ts';
import { answerLiveQuestion, listTransfers } from './answer-live-question.ts';
import { EventLoop } from './event-loop.ts';
import { explainBindError } from './listen-ports.ts';
import { NoticeReporter } from './notice-reporter.ts';
import { RELAY_COUNTER, viewWorkerCounters, type WorkerCounters } from './relay-counters.ts';
import { SharedQuota } from './shared-quota.ts';
import { SharedRevocations } from './shared-revocations.ts';
import { SharedTally } from './shared-tally.ts';
import { createDatagramSockets } from './sockets/create-datagram-sockets.ts';
import { DATAGRAM_SOCKETS_MAX, type OpenFailure } from './sockets/datagram-sockets.ts';
import { StreamTable } from './stream-table.ts';
import { UsageReporter } from './usage-reporter.ts';
import { WorkerHold } from './worker-hold.ts';
import type { WorkerStart } from './worker-start.ts';

/** One word about relays that cannot be opened is enough for so long. */
const OPEN_FAILURE_TOLD_EVERY_MS = 60_000;

/** What the composition root gives a worker thread. */
export interface WorkerTools {
  readonly hashes: Hashes;
  readonly random: Random;
  readonly clock: Clock;
}

/** Runs a worker until the supervisor stops it: from now on it obeys `port`. */
export function runRelayWorker(port: MessagePort, start: WorkerStart, tools: WorkerTools): void {
  assertLimits();
  new RelayWorker(port, start, tools).run();
}

class RelayWorker {
  readonly #port: MessagePort;
  readonly #start: WorkerStart;
  readonly #clock: Clock;
  readonly #counters: WorkerCounters;
  readonly #loop: EventLoop;
  readonly #usage: UsageReporter;
  readonly #revocations: SharedRevocations;
  readonly #notices: NoticeReporter;
  #isEnding = false;
  #openFailureToldAt = Number.NEGATIVE_INFINITY;

  constructor(port: MessagePort, start: WorkerStart, tools: WorkerTools) {
    this.#port = port;
    this.#start = start;
    this.#clock = tools.clock;
    this.#counters = viewWorkerCounters(start.countersMemory);
    this.#revocations = new SharedRevocations(tools.hashes);
    this.#counters.relay[RELAY_COUNTER.stream_connections] = 0;
    assert(
      LISTENERS_MAX + 2 * start.limits.allocationsMax <= DATAGRAM_SOCKETS_MAX,
      'every relay of every allocation has a socket',
    );
    const hold = new WorkerHold(start.holdMemory);
    // Before this thread's sockets are closed by its death, and the kernel gives its clients to others.
    process.on('uncaughtExceptionMonitor', () => hold.raise());
    this.#loop = new EventLoop({
      hold,
      clock: tools.clock,
      counters: this.#counters.relay,
      makeSockets: (handler) => createDatagramSockets(handler, start.datagram),
      makeServer: (features, backlog) => this.#makeServer(features, backlog, tools),
      makeStreams: (handler) =>
        new StreamTable(
          {
            tls: start.tls,
            clock: tools.clock,
            counters: this.#counters.relay,
            firstId: LISTENERS_MAX,
            connectionsMax: start.limits.streamConnectionsMax,
            connectionsPerAddressMax: start.limits.streamConnectionsPerAddressMax,
          },
          handler,
        ),
      onRelayOpenFailed: (failure, reason) => this.#tellOpenFailure(failure, reason),
      onOtherWorkersCommand: (command) =>
        command.kind === 'return-port'
          ? this.#post({ kind: 'return-port', owner: command.worker, port: command.port })
          : this.#post({
              kind: 'claim-reservation',
              owner: command.worker,
              claim: command.claim,
              token: command.token,
            }),
    });
    this.#usage = new UsageReporter({
      ...start.usage,
      worker: start.worker.index,
      clock: tools.clock,
      collect: (from, count, now) => this.#loop.server.collectUsage(from, count, now),
      collectDeniedPeers: () => this.#loop.server.collectDeniedPeers(),
      report: (delta) => this.#post({ kind: 'usage', delta }),
    });
    this.#notices = new NoticeReporter({
      want: (kinds) => this.#loop.server.wantNotices(kinds),
      take: () => this.#loop.server.takeNotices(),
      report: (batch) => this.#post({ kind: 'notices', ...batch }),
    });
    this.#notices.want(start.notices);
    this.#applyChanges(start.changes);
    this.#loop.server.setDefaultLimits(start.limits.defaults, tools.clock.now());
    this.#loop.server.setDraining(start.isDraining);
  }

  run(): void {
    this.#port.on('message', (message: MessageToWorker) => this.#handle(message));
    this.#post({ kind: 'ready' });
  }

  #makeServer(features: TurnFeatures, backlog: ClientBacklog, tools: WorkerTools): TurnServer {
    const { worker, relays, relayPorts, realm, software, nonceKey, masterSecrets, peers, limits } = this.#start;
    const { memory, capacity } = this.#start.tally;
    const tally = new SharedTally(memory, capacity, worker.count);
    return new TurnServer({
      hashes: tools.hashes,
      random: tools.random,
      realm,
      software,
      nonceKey,
      masterSecrets,
      worker,
      relays,
      relayPorts,
      peers: { ...peers, own: this.#ownAddresses(this.#start.interfaces) },
      revocations: this.#revocations,
      quota: new SharedQuota(tally, worker.index),
      backlog,
      limits,
      features,
      counters: this.#counters.turn,
    });
  }

  #handle(message: MessageToWorker): void {
    const { server } = this.#loop;
    const now = this.#clock.now();
    switch (message.kind) {
      case 'listen':
        void this.#listen();
        break;
      case 'rebind':
        void this.#rebind();
        break;
      case 'apply-changes':
        this.#applyChanges(message.changes);
        break;
      case 'revoked-moved':
        this.#revocations.move(message.memory);
        break;
      case 'set-interfaces':
        server.setOwnAddresses(this.#ownAddresses(message.interfaces), now);
        break;
      case 'set-certificate':
        this.#loop.streams.setCertificate(message);
        break;
      case 'want-notices':
        this.#notices.want(message.kinds);
        break;
      case 'claim-reservation':
        this.#post({
          kind: 'reservation-claimed',
          to: message.from,
          claim: message.claim,
          port: server.claimReservation(message.token),
        });
        break;
      case 'reservation-claimed':
        this.#loop.sendAndSettle(server.handleReservationClaimed(message.claim, message.owner, message.port, now));
        break;
      case 'return-port':
        server.returnPort(message.port);
        break;
      case 'live-question': {
        const answer = answerLiveQuestion(server, message.question, this.#start.incarnation, now);
        this.#post({ kind: 'live-answer', number: message.number, answer }, listTransfers(answer));
        break;
      }
      case 'drain':
        server.setDraining(true);
        this.#loop.streams.stopListening();
        break;
      case 'flush-usage':
        this.#usage.flush();
        this.#post({ kind: 'usage-flushed' });
        break;
      case 'usage-stored':
        this.#usage.acknowledge(message.n);
        break;
      case 'stop':
        void this.#end();
        return;
    }
    this.#loop.settle();
  }

  async #listen(): Promise<void> {
    const { listen, isDraining } = this.#start;
    const wanted = listen.filter(({ transport }) => !isDraining || transport === 'udp');
    if (await this.#bindAll(wanted)) {
      this.#usage.start();
      this.#post({ kind: 'listening' });
    }
  }

  async #rebind(): Promise<void> {
    const udp = this.#start.listen.filter(({ transport }) => transport === 'udp');
    this.#loop.closeUdpListeners();
    if (await this.#bindAll(udp)) {
      this.#post({ kind: 'rebound' });
    }
  }

  /** Binds one after the other; false when one could not be bound, which the supervisor has been told, or when the worker ends. */
  async #bindAll(wanted: readonly ListenAddress[]): Promise<boolean> {
    for (const listen of wanted) {
      if (this.#isEnding) {
        return false;
      }
      try {
        await this.#loop.listen(listen, this.#start.isShared);
      } catch (error) {
        this.#post({ kind: 'bind-failed', listen, reason: explainBindError(error as NodeJS.ErrnoException) });
        return false;
      }
    }
    return this.#bindAnswering();
  }

  /** Binds what the wildcards stand for. An address that is gone, or not ready yet, is left to its wildcard. */
  async #bindAnswering(): Promise<boolean> {
    for (const listen of this.#start.answering) {
      if (this.#isEnding) {
        return false;
      }
      await this.#loop.listen(listen, this.#start.isShared).catch(() => {});
    }
    return true;
  }

  #applyChanges(changes: readonly Change[]): void {
    const now = this.#clock.now();
    for (const change of changes) {
      this.#loop.server.applyChange(change, now);
    }
    this.#loop.settle();
  }

  /** An address that is gone, or descriptors that have run out, would fail every allocation in silence. */
  #tellOpenFailure(failure: OpenFailure, reason: string): void {
    const now = this.#clock.now();
    if (now - this.#openFailureToldAt >= OPEN_FAILURE_TOLD_EVERY_MS) {
      this.#openFailureToldAt = now;
      this.#post({ kind: 'relay-open-failed', failure, reason });
    }
  }

  #ownAddresses(interfaces: WorkerStart['interfaces']) {
    return { listeners: this.#start.ownListeners, interfaces };
  }

  async #end(): Promise<void> {
    this.#isEnding = true;
    this.#usage.stop();
    this.#notices.stop();
    await this.#loop.stop();
    this.#usage.flush();
    this.#notices.flush();
    this.#post({ kind: 'usage-flushed' });
    this.#port.close();
  }

  #post(message: MessageFromWorker, transfers: ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfers);
  }
}
