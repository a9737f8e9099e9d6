import { assert } from '../base/assert.ts';
import { DeadlineHeap } from '../base/deadline-heap.ts';
import type { Family } from '../base/socket-address.ts';
import { growColumn, INITIAL_ROWS } from './columns.ts';
import type { RelaySocketId } from './path.ts';
import { NO_SLOT, SlotPool } from './slot-pool.ts';

/** A relay number that nobody uses. */
const RELAY_FREE = 0;
/** The shell was asked to open the socket. */
const RELAY_OPENING = 1;
/** The socket is open, and the allocation waits for its other one. */
const RELAY_OPEN = 2;
/** The allocation lives, and the relay has a time to expire. */
const RELAY_LIVE = 3;

/** A port of one of the server's relay addresses, and the worker in whose share it lies. */
export interface RelayPort {
  /** Place in `TurnServerOptions.relays`. */
  readonly relayAddress: number;
  readonly port: number;
  readonly worker: number;
}

/**
 * The relayed transport addresses of all allocations, one row and one socket each: an allocation has one, or a dual one
 * two. Each has its own time to expire (RFC 8656 §6).
 */
export class RelayTable {
  readonly #rows: SlotPool;
  readonly #deadlines = new DeadlineHeap();
  #states = new Uint8Array(INITIAL_ROWS);
  #families = new Uint8Array(INITIAL_ROWS);
  #allocations = new Int32Array(INITIAL_ROWS);
  #expiries = new Float64Array(INITIAL_ROWS);
  readonly #ports: RelayPort[] = [];

  constructor(relaysMax: number) {
    this.#rows = new SlotPool(relaysMax);
  }

  get size(): number {
    return this.#rows.used;
  }

  /** Adds a relay whose socket is being opened. */
  add(allocation: number, family: Family, port: RelayPort): RelaySocketId {
    const relay = this.#rows.take();
    assert(relay !== NO_SLOT, 'there are two relays for each allocation');
    this.#states = growColumn(this.#states, relay + 1);
    this.#families = growColumn(this.#families, relay + 1);
    this.#allocations = growColumn(this.#allocations, relay + 1);
    this.#expiries = growColumn(this.#expiries, relay + 1);
    this.#states[relay] = RELAY_OPENING;
    this.#families[relay] = family;
    this.#allocations[relay] = allocation;
    this.#expiries[relay] = 0;
    this.#ports[relay] = port;
    return relay as RelaySocketId;
  }

  remove(relay: number): void {
    this.#states[relay] = RELAY_FREE;
    this.#deadlines.remove(relay);
    this.#rows.give(relay);
  }

  isOpening(relay: number): boolean {
    return this.#states[relay] === RELAY_OPENING;
  }

  isLive(relay: number): boolean {
    return this.#states[relay] === RELAY_LIVE;
  }

  allocationOf(relay: number): number {
    return this.#allocations[relay] as number;
  }

  familyOf(relay: number): Family {
    return this.#families[relay] as Family;
  }

  portOf(relay: number): RelayPort {
    return this.#ports[relay] as RelayPort;
  }

  /** When the relay expires, as an `Instant`. */
  expiryOf(relay: number): number {
    return this.#expiries[relay] as number;
  }

  /** Gives a relay that is opening another port to open. */
  replacePort(relay: number, port: RelayPort): void {
    this.#ports[relay] = port;
  }

  markOpen(relay: number): void {
    this.#states[relay] = RELAY_OPEN;
  }

  /** Makes an open relay live, or a live one last until `expiry`. */
  extend(relay: number, expiry: number): void {
    this.#states[relay] = RELAY_LIVE;
    this.#expiries[relay] = expiry;
    this.#deadlines.set(relay, expiry);
  }

  peekDeadline(): number {
    return this.#deadlines.peekDeadline();
  }

  /** A relay that expired at or before `now`, which must be removed; -1 for none. */
  popExpired(now: number): number {
    return this.#deadlines.popExpired(now);
  }
}
