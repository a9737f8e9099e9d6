import { randomBytes } from 'node:crypto';
import { assert } from '../base/assert.ts';
import type { UnixMs } from '../base/clock.ts';
import { formatIp, formatTransportAddress } from '../base/ip.ts';
import { LISTENERS_MAX, WORKERS_MAX } from '../base/limits.ts';
import { type AddressWords, portOf } from '../base/socket-address.ts';
import type { Change } from '../contract/change.ts';
import type {} from '../contract/live-workers.ts';
import type { RelayNoticeKind } from '../contract/relay-notice.ts';
import type { ListenAddress, MessageFromWorker, MessageToWorker } from '../contract/worker-message.ts';
import { listAnsweringAddresses } from './answering-addresses.ts';
import { type CertificateMaterial, describeCertificateFault } from './certificate/certificate-material.ts';
import { claimListenPorts } from './listen-ports.ts';
import { LiveQuestions } from './live-questions.ts';
import { messageOf } from './message-of.ts';
import { listOwnAddresses } from './own-addresses.ts';
import type { Relay } from './relay.ts';
import type { RelayCounterName, WorkerCounterName } from './relay-counters.ts';
import type { RelayOptions } from './relay-options.ts';
import { ReservationRouter } from './reservation-router.ts';
import { ReuseportOrder } from './reuseport-order.ts';
import { SharedState } from './shared-state.ts';
import { chooseDatagramBackEnd } from './sockets/choose-datagram-back-end.ts';
import type { ChosenBackEnd } from './sockets/datagram-back-end.ts';
import { sumCounters } from './sum-counters.ts';
import { UsageQueue } from './usage-queue.ts';
import { WorkerSeat } from './worker-seat.ts';
import type { WorkerStart } from './worker-start.ts';

/** How often the interfaces are read again, and expired revocations forgotten. */
const INTERFACES_POLL_MS = 30_000;
const FORGET_MS = 600_000;
/** How long clients without an allocation may be left unanswered after a worker died; they repeat themselves for longer. */
const HOLD_MS_MAX = 3_000;
/** How long it takes to read what came to the wrong worker before the row was in order again. */
const HOLD_AFTER_MS = 50;
/** How long a stop waits for the store to take the last usage. */
const LAST_USAGE_MS_MAX = 5_000;
const NONCE_KEY_BYTES = 32;
const TICKET_KEY_BYTES = 48;

/**
 * Starts the workers, and resolves when all of them listen.
 * @throws {ListenError} naming the first port that cannot be listened on, and what to do.
 * @throws {BackEndFailure} when `options.datagram` names a back end that does not work here.
 */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  assert(options.workers >= 1 && options.workers <= WORKERS_MAX, 'there are as many workers as can be named');
  assert(options.listen.length <= LISTENERS_MAX, 'every listener has a number');
  assert(
    options.tls !== undefined || options.listen.every(({ transport }) => transport !== 'tls'),
    'a TLS listener has a certificate',
  );
  const datagram = await chooseDatagramBackEnd(options.datagram, options.workers);
  const { backEnd, reason, explanation } = datagram;
  // Where nobody asked for it, Node's own is a fallback that costs ten times as much.
  const level = backEnd === 'dgram' && reason !== 'configured' ? 'warn' : 'info';
  options.log(level, `datagrams go through ${backEnd}: ${explanation}`, { backEnd, reason });
  const ports = await claimListenPorts(options.listen);
  const supervisor = new Supervisor(options, ports.listen, datagram);
  try {
    await supervisor.start(() => ports.release());
  } catch (error) {
    ports.release();
    await supervisor.stop();
    throw error;
  }
  return supervisor;
}

/** The workers of a process and what they have in common. It runs beside the control plane, and never sees a packet. */
export class Supervisor implements Relay {
  readonly listening: readonly ListenAddress[];
  readonly datagram: ChosenBackEnd;
  readonly live: LiveQuestions;
  readonly #options: RelayOptions;
  readonly #shared: SharedState;
  readonly #seats: readonly WorkerSeat[];
  readonly #reservations: ReservationRouter;
  readonly #usage: UsageQueue;
  readonly #order: ReuseportOrder;
  /** Workers that listen. */
  readonly #listeners = new Set<number>();
  /** Successors take their places one after the other. */
  #recovery: Promise<void> = Promise.resolve();
  #holding: NodeJS.Timeout | undefined;
  /** Number of the next report, by worker. */
  readonly #nextReports: number[];
  readonly #nonceKey = randomBytes(NONCE_KEY_BYTES);
  readonly #ticketKeys = randomBytes(TICKET_KEY_BYTES);
  readonly #timers: NodeJS.Timeout[] = [];
  /** As they were at the start: a successor must share its clients with those who have been there before. */
  readonly #answering: readonly ListenAddress[];
  /** A single worker binds its ports alone, but for one that it has twice, and one that the system chose: that is still held for it. */
  readonly #isShared: boolean;
  readonly #readOwnAddresses: () => readonly AddressWords[];
  #certificate: CertificateMaterial | undefined;
  #interfaces: readonly AddressWords[];
  #notices: readonly RelayNoticeKind[] = [];
  #isDraining = false;
  #isStopping = false;
  #workersDied = 0;
  #allocationsLost = 0;

  constructor(options: RelayOptions, listening: readonly ListenAddress[], datagram: ChosenBackEnd) {
    this.listening = listening;
    this.datagram = datagram;
    this.#options = options;
    this.#shared = new SharedState(options);
    this.#readOwnAddresses = options.readOwnAddresses ?? listOwnAddresses;
    this.#interfaces = this.#readOwnAddresses();
    // Elsewhere the system does not let an address and a wildcard share their port.
    this.#answering = process.platform === 'linux' ? listAnsweringAddresses(listening, this.#interfaces) : [];
    this.#isShared =
      options.workers > 1 || this.#answering.length > 0 || options.listen.some(({ address }) => portOf(address) === 0);
    this.#certificate = options.tls;
    this.#nextReports = Array.from({ length: options.workers }, () => 0);
    this.#order = new ReuseportOrder(options.workers);
    this.#reservations = new ReservationRouter((worker, message) => this.#postToRunning(worker, message));
    this.live = new LiveQuestions(options.workers, (worker, message) => this.#postToRunning(worker, message));
    this.#usage = new UsageQueue({
      store: options.onUsage,
      onStored: ({ worker, n }) => this.#seats[worker]?.post({ kind: 'usage-stored', n }),
      onFailed: (error, waiting) =>
        options.log('error', 'usage could not be stored; it is kept and tried again', {
          reports: waiting,
          error: messageOf(error),
        }),
    });
    this.#seats = Array.from({ length: options.workers }, (_, index) => this.#makeSeat(index));
    options.known.revoked.onMoved = (memory) => this.#broadcast({ kind: 'revoked-moved', memory });
  }

  /** `onFirstListening` is called before a second worker listens, which must come behind the first in the kernel's row. */
  async start(onFirstListening: () => void): Promise<void> {
    await Promise.all(this.#seats.map((seat) => seat.start()));
    // A client that is served before the last worker listens would find another one afterwards.
    this.#shared.hold.raise();
    for (const index of this.#seats.keys()) {
      await this.#listen(index);
      if (index === 0) {
        onFirstListening();
      }
    }
    this.#shared.hold.lower();
    this.#timers.push(
      setInterval(() => this.#readInterfaces(), INTERFACES_POLL_MS),
      setInterval(() => this.#options.known.forgetExpired(Date.now() as UnixMs), FORGET_MS),
    );
    for (const { transport, address } of this.listening) {
      this.#options.log('debug', `listening on ${transport}://${formatTransportAddress(address)}`);
    }
  }

  applyChanges(changes: readonly Change[]): void {
    this.#options.known.applyAll(changes);
    this.#broadcast({ kind: 'apply-changes', changes });
  }

  counters(): Record<RelayCounterName, number> {
    const own = { workers_died: this.#workersDied, allocations_lost: this.#allocationsLost };
    return sumCounters(own, this.workerCounters()) as Record<RelayCounterName, number>;
  }

  workerCounters(): readonly Record<WorkerCounterName, number>[] {
    return this.#shared.readWorkers();
  }

  allocationCount(): number {
    return this.#shared.allocationCount();
  }

  wantNotices(kinds: readonly RelayNoticeKind[]): void {
    this.#notices = kinds;
    this.#broadcast({ kind: 'want-notices', kinds });
  }

  drain(): void {
    this.#isDraining = true;
    this.#broadcast({ kind: 'drain' });
  }

  async flushUsage(): Promise<void> {
    // What a worker that dies meanwhile had to report is lost with it, and no reason to fail.
    const flushes = this.#seats.map((seat) => seat.ask({ kind: 'flush-usage' }, 'usage-flushed').catch(() => {}));
    await Promise.all(flushes);
    await this.#usage.settle();
  }

  setCertificate(material: CertificateMaterial): boolean {
    const fault = describeCertificateFault(material);
    if (fault !== undefined) {
      this.#options.log('error', `the new TLS certificate cannot serve: ${fault}; the one before serves on`);
      return false;
    }
    this.#certificate = material;
    this.#broadcast({ kind: 'set-certificate', certificate: material.certificate, key: material.key });
    return true;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const timer of this.#timers.splice(0)) {
      clearInterval(timer);
    }
    clearTimeout(this.#holding);
    this.live.stop();
    await Promise.all(this.#seats.map((seat) => seat.stop()));
    await this.#storeLastUsage();
    this.#usage.stop();
  }

  async terminateWorker(index: number): Promise<void> {
    this.#hold(HOLD_MS_MAX);
    await this.#seats[index]?.terminate();
  }

  async #storeLastUsage(): Promise<void> {
    let limit: NodeJS.Timeout | undefined;
    const isLate = new Promise<never>((_, reject) => {
      limit = setTimeout(() => reject(new Error('the store does not answer')), LAST_USAGE_MS_MAX);
    });
    try {
      await Promise.race([this.#usage.settle(), isLate]);
    } catch (error) {
      const fields = { reports: this.#usage.length, error: messageOf(error) };
      this.#options.log('error', 'the last usage could not be stored and is lost', fields);
    } finally {
      clearTimeout(limit);
    }
  }

  #makeSeat(index: number): WorkerSeat {
    return new WorkerSeat({
      index,
      entry: this.#options.workerEntry,
      describeStart: () => this.#describeStart(index),
      onMessage: (message) => this.#handle(index, message),
      onDied: (error, restartMs) => this.#bury(index, error, restartMs),
      onSuccessorReady: () => {
        this.#recovery = this.#recovery.then(() => this.#recover(index));
      },
    });
  }

  #describeStart(index: number): WorkerStart {
    const options = this.#options;
    const shared = this.#shared;
    const { relays, relayPorts, realm, software, masterSecrets, peers, limits, node, boot } = options;
    const tls = this.#certificate;
    return {
      worker: { index, count: options.workers },
      incarnation: randomBytes(6).toString('hex'),
      listen: this.listening,
      answering: this.#answering,
      isShared: this.#isShared,
      datagram: this.datagram.backEnd,
      relays,
      relayPorts,
      realm,
      software,
      nonceKey: this.#nonceKey,
      masterSecrets,
      peers,
      ownListeners: [...this.listening.map(({ address }) => address), ...options.httpListen],
      interfaces: this.#interfaces,
      tls: tls === undefined ? undefined : { material: tls, ticketKeys: this.#ticketKeys },
      changes: options.known.collect(),
      isDraining: this.#isDraining,
      notices: this.#notices,
      limits,
      usage: { node, boot, firstNumber: this.#nextReports[index] ?? 0, intervalMs: options.usageIntervalMs },
      holdMemory: shared.holdMemory,
      countersMemory: shared.countersMemory[index] as SharedArrayBuffer,
      tally: { memory: shared.tallyMemory, capacity: shared.tallyCapacity },
    };
  }

  #handle(index: number, message: MessageFromWorker): void {
    switch (message.kind) {
      case 'usage':
        this.#nextReports[index] = message.delta.n + 1;
        this.#usage.push(message.delta);
        return;
      case 'notices':
        this.#options.onNotices?.(message.notices, message.dropped);
        return;
      case 'relay-open-failed': {
        const { failure, reason } = message;
        this.#options.log('warn', 'a relay address cannot be used', { worker: index, failure, reason });
        return;
      }
      case 'live-answer':
        this.live.answer(index, message);
        return;
      case 'claim-reservation':
        this.#reservations.claim(index, message);
        return;
      case 'reservation-claimed':
        this.#reservations.answerClaim(index, message);
        return;
      case 'return-port':
        this.#reservations.returnPort(message);
        return;
      default:
        return;
    }
  }

  async #listen(index: number): Promise<void> {
    this.#seats[index]?.post({ kind: 'revoked-moved', memory: this.#options.known.revoked.memory });
    await this.#seats[index]?.ask({ kind: 'listen' }, 'listening');
    this.#order.add(index);
    this.#listeners.add(index);
  }

  async #rebind(index: number): Promise<void> {
    await this.#seats[index]?.ask({ kind: 'rebind' }, 'rebound');
    this.#order.remove(index);
    this.#order.add(index);
  }

  /** A successor is ready: it takes the place of the worker that died, and every client finds its own worker again. */
  async #recover(index: number): Promise<void> {
    let isListening = await this.#endUnless(index, this.#listen(index));
    for (let next = this.#order.nextToRebind(); isListening && next !== undefined; next = this.#order.nextToRebind()) {
      isListening = await this.#endUnless(next, this.#rebind(next));
    }
    if (this.#listeners.size === this.#seats.length) {
      this.#hold(HOLD_AFTER_MS);
    }
  }

  /** Waits until a worker listens. One that cannot is no use to its clients: it is ended, and its successor tries again. */
  async #endUnless(index: number, listening: Promise<void>): Promise<boolean> {
    try {
      await listening;
      return true;
    } catch (error) {
      if (!this.#isStopping) {
        this.#options.log('error', 'a relay worker does not listen', { worker: index, error: messageOf(error) });
        await this.#seats[index]?.terminate();
      }
      return false;
    }
  }

  /** Until every worker listens again, though not for long: if a successor cannot start, new clients must be served. */
  #hold(forMs: number): void {
    clearTimeout(this.#holding);
    this.#shared.hold.raise();
    this.#holding = setTimeout(() => {
      this.#holding = undefined;
      this.#shared.hold.lower();
    }, forMs);
  }

  /** A worker died: takes it out of what is shared, so that its successor begins with nothing. */
  #bury(index: number, error: Error, restartMs: number): void {
    this.#order.remove(index);
    if (this.#listeners.delete(index)) {
      this.#hold(HOLD_MS_MAX);
    } else if (this.#holding === undefined) {
      // One that never listened had no clients that the kernel could give to others; it raised the hold for nothing.
      this.#shared.hold.lower();
    }
    const lost = this.#shared.clearWorker(index);
    this.#workersDied += 1;
    this.#allocationsLost += lost;
    this.#reservations.endWorker(index);
    this.live.endWorker(index);
    const fields = { worker: index, allocationsLost: lost, restartMs, error: error.stack ?? error.message };
    this.#options.log('error', 'a relay worker died and is started anew', fields);
  }

  #readInterfaces(): void {
    const interfaces = this.#readOwnAddresses();
    const describe = (addresses: readonly AddressWords[]) => addresses.map((address) => formatIp(address)).join();
    if (describe(interfaces) !== describe(this.#interfaces)) {
      this.#interfaces = interfaces;
      this.#broadcast({ kind: 'set-interfaces', interfaces });
    }
  }

  #broadcast(message: MessageToWorker): void {
    for (const seat of this.#seats) {
      seat.post(message);
    }
  }

  #postToRunning(worker: number, message: MessageToWorker): boolean {
    const isRunning = this.#listeners.has(worker);
    if (isRunning) {
      this.#seats[worker]?.post(message);
    }
    return isRunning;
  }
}
