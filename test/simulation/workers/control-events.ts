import type { Instant, UnixMs } from '../../../src/base/clock.ts';
import { type Family, familyOf } from '../../../src/base/socket-address.ts';
import type { Change } from '../../../src/contract/change.ts';
import type { AccountId, KeyUid } from '../../../src/contract/ids.ts';
import type { CredentialBook } from '../clients/credential-book.ts';
import type { SimulatedClient } from '../clients/simulated-client.ts';
import type { SimulationContext } from '../simulation-context.ts';
import type { SimulatedWorker } from './simulated-worker.ts';

export const ACCOUNT = 'default' as AccountId;

/** What control plane and operator do meanwhile, and how often relative to each other. */
const EVENTS = {
  revokeUsername: 10,
  revokeIdentifier: 4,
  revokeAll: 1,
  deleteKey: 1,
  setClock: 3,
  collectUsage: 20,
  icmp: 20,
  reviewOwnAddresses: 4,
  drain: 1,
} as const;
const PAUSE_MS_MIN = 1_000;
const PAUSE_MS_MAX = 120_000;
/** How long a change takes to a worker, at most. */
const SPREAD_MS_MAX = 200;
const DRAIN_MS_MAX = 20_000;
const CREDENTIAL_TTL_MS_MAX = 172_800_000;
const CLOCK_MARGIN_MS = 86_400_000;
/** Types of ICMP and ICMPv6, told on or not. */
const ICMP_TYPES = [0, 1, 2, 3, 8, 11] as const;
const TOLD_ON: Readonly<Record<Family, readonly number[]>> = { 4: [3, 11], 6: [1, 2, 3] };

export interface ControlEventsOptions {
  readonly context: SimulationContext;
  readonly book: CredentialBook;
  readonly workers: readonly SimulatedWorker[];
  readonly clients: readonly SimulatedClient[];
  /** Unix time less virtual time, at first. */
  readonly clockOffsetMs: number;
  collectUsage(): void;
}

/** Revocations, clock corrections, ICMP errors: what comes from beside the packets, and reaches each worker in its own time. */
export class ControlEvents {
  clockOffsetMs: number;
  readonly #options: ControlEventsOptions;
  /** By worker: when the last change that was sent to it arrives. */
  readonly #lastArrival: Instant[] = [];

  constructor(options: ControlEventsOptions) {
    this.#options = options;
    this.clockOffsetMs = options.clockOffsetMs;
    const { book, workers, context } = options;
    for (const worker of workers) {
      worker.harness.setClockOffset(this.clockOffsetMs, context.queue.now);
      for (const keyUid of book.keyUids) {
        worker.harness.applyChange({ kind: 'key-live', keyUid, accountId: ACCOUNT }, context.queue.now);
      }
    }
  }

  get unixNow(): UnixMs {
    return (this.#options.context.queue.now + this.clockOffsetMs) as UnixMs;
  }

  /** Lets one thing happen after the other until `isOver()`. */
  run(isOver: () => boolean): void {
    const { queue, draw } = this.#options.context;
    queue.schedule(draw.logarithmic(PAUSE_MS_MIN, PAUSE_MS_MAX), () => {
      if (!isOver()) {
        this.#happen(draw.weighted(EVENTS));
        this.run(isOver);
      }
    });
  }

  #happen(event: keyof typeof EVENTS): void {
    const { context, workers, clients } = this.#options;
    const { draw, trace, queue } = context;
    trace.record(queue.now, () => `control: ${event}`);
    const { keyUid, username, expiresAt, customIdentifier } = draw.pick(clients).credential;
    switch (event) {
      case 'revokeUsername':
        this.#spread({ kind: 'username-revoked', keyUid, username, expiresAt: outlasting(expiresAt) });
        break;
      case 'revokeIdentifier':
        this.#revokeIssued(keyUid, customIdentifier);
        break;
      case 'revokeAll':
        this.#revokeIssued(keyUid, null);
        break;
      case 'deleteKey':
        this.#deleteKey(keyUid);
        break;
      case 'setClock':
        this.#setClock();
        break;
      case 'collectUsage':
        this.#options.collectUsage();
        break;
      case 'icmp':
        this.#sendIcmp(draw.pick(workers));
        break;
      case 'reviewOwnAddresses':
        draw.pick(workers).reviewOwnAddresses(draw.chance(0.5) ? [draw.pick(context.topology.ordinaryPeers)] : []);
        break;
      case 'drain':
        this.#drain(draw.pick(workers));
        break;
    }
  }

  #deleteKey(keyUid: KeyUid): void {
    const successor = this.#options.book.replaceKey(keyUid);
    if (successor !== undefined) {
      this.#spread({ kind: 'key-live', keyUid: successor, accountId: ACCOUNT });
    }
    this.#spread({ kind: 'key-deleted', keyUid });
  }

  #revokeIssued(keyUid: KeyUid, customIdentifier: string | null): void {
    const issuedBefore = (this.unixNow - this.#options.context.draw.integer(0, 60_000)) as UnixMs;
    const expiresAt = outlasting((issuedBefore + CREDENTIAL_TTL_MS_MAX) as UnixMs);
    this.#spread({ kind: 'credentials-revoked', keyUid, customIdentifier, issuedBefore, expiresAt });
  }

  /** The clock is set right, by some milliseconds or, now and then, by minutes. */
  #setClock(): void {
    const { draw } = this.#options.context;
    const span = draw.chance(0.2) ? 300_000 : 2_000;
    this.clockOffsetMs += draw.integer(-span, span);
    const offsetMs = this.clockOffsetMs;
    this.#toEachWorker((worker, now) => worker.harness.setClockOffset(offsetMs, now));
  }

  #spread(change: Change): void {
    this.#toEachWorker((worker, now) => worker.harness.applyChange(change, now));
  }

  /** What is sent to a worker arrives in the order in which it was sent. */
  #toEachWorker(act: (worker: SimulatedWorker, now: Instant) => void): void {
    const { workers, context } = this.#options;
    const { queue, draw } = context;
    for (const worker of workers) {
      const arrival = Math.max(this.#lastArrival[worker.index] ?? 0, queue.now + draw.integer(0, SPREAD_MS_MAX));
      this.#lastArrival[worker.index] = arrival as Instant;
      queue.scheduleAt(arrival as Instant, () => {
        act(worker, queue.now);
        worker.finish();
      });
    }
  }

  #sendIcmp(worker: SimulatedWorker): void {
    const { draw } = this.#options.context;
    const sockets = [...worker.relays.openSockets()];
    if (sockets.length === 0) {
      return;
    }
    const socket = draw.pick(sockets);
    const family = familyOf(socket.local);
    const peers = this.#options.context.topology.peers.filter((peer) => familyOf(peer) === family);
    const type = draw.pick(ICMP_TYPES);
    worker.handleIcmp(socket.id, draw.pick(peers), type, TOLD_ON[family].includes(type));
  }

  #drain(worker: SimulatedWorker): void {
    const { queue, draw } = this.#options.context;
    worker.setDraining(true);
    queue.schedule(draw.integer(0, DRAIN_MS_MAX), () => worker.setDraining(false));
  }
}

/** A revocation outlasts its credential by more than a clock is ever set back, which makes the credential young again. */
function outlasting(expiresAt: UnixMs): UnixMs {
  return (expiresAt + CLOCK_MARGIN_MS) as UnixMs;
}
