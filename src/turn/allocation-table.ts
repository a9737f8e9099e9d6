import { assert } from '../base/assert.ts';
import type { Instant } from '../base/clock.ts';
import { DeadlineHeap } from '../base/deadline-heap.ts';
import type { Random } from '../base/random.ts';
import { ADDRESS_WORDS, type AddressWords, type Family, IPV4, IPV6 } from '../base/socket-address.ts';
import type { CredentialId, KeyUid } from '../contract/ids.ts';
import type { Allocation } from './allocation.ts';
import { growColumn, INITIAL_ROWS } from './columns.ts';
import type { ClientSocketId } from './path.ts';
import { RowIndex } from './row-index.ts';
import { NO_SLOT, SlotPool } from './slot-pool.ts';

/** What a look-up returns when there is no allocation. */
export const NO_ALLOCATION = -1;
/** What `relayOf` returns when the allocation has no relay of that family. */
export const NO_RELAY = -1;

const NO_ALLOCATIONS: ReadonlySet<number> = new Set();

/**
 * The allocations of one worker, by small numbers: found by 5-tuple for packets, by credential and by key for revocations. What
 * packets need lies in typed columns, everything else in an `Allocation`.
 */
export class AllocationTable {
  /** Allocations whose relay sockets are open. */
  liveCount = 0;
  /** Counts up with everything that is told of a live allocation, but for its traffic. */
  revision = 0;

  readonly #rows: SlotPool;
  /** Key: the client socket, then the client's address. */
  readonly #clients: RowIndex;
  readonly #pendingDeadlines = new DeadlineHeap();
  /** In Unix time. */
  readonly #credentialDeadlines = new DeadlineHeap();
  #isLive = new Uint8Array(INITIAL_ROWS);
  #isStream = new Uint8Array(INITIAL_ROWS);
  /** Per allocation: the relay of IPv4 and that of IPv6, plus one. */
  #relays = new Int32Array(2 * INITIAL_ROWS);
  /** By live allocation: the revision that it began with, which no other has, and that of its last change. */
  #serials = new Float64Array(INITIAL_ROWS);
  #revisions = new Float64Array(INITIAL_ROWS);
  #startedAt = new Float64Array(INITIAL_ROWS);
  readonly #records: (Allocation | undefined)[] = [];
  readonly #bySocket = new Map<ClientSocketId, Set<number>>();
  readonly #byCredential = new Map<CredentialId, Set<number>>();
  readonly #byKey = new Map<KeyUid, Set<number>>();

  constructor(allocationsMax: number, random: Random) {
    this.#rows = new SlotPool(allocationsMax);
    this.#clients = new RowIndex(ADDRESS_WORDS, random);
  }

  /** Allocations, pending ones included. */
  get size(): number {
    return this.#rows.used;
  }

  /** All allocations have numbers below this. */
  get numbersEnd(): number {
    return this.#records.length;
  }

  get pendingCount(): number {
    return this.size - this.liveCount;
  }

  /** The allocation on a 5-tuple, pending or live, or `NO_ALLOCATION`. */
  find(socket: ClientSocketId, client: AddressWords, at: number): number {
    return this.#clients.find(socket, client, at);
  }

  isLive(allocation: number): boolean {
    return this.#isLive[allocation] === 1;
  }

  isStream(allocation: number): boolean {
    return this.#isStream[allocation] === 1;
  }

  /** The relay of a family, open or not, or `NO_RELAY`. */
  relayOf(allocation: number, family: Family): number {
    return (this.#relays[relayPlace(allocation, family)] as number) - 1;
  }

  /** The relays that the allocation has, open or not: of both families, of one, or none. */
  relaysOf(allocation: number): number[] {
    return [this.relayOf(allocation, IPV4), this.relayOf(allocation, IPV6)].filter((relay) => relay !== NO_RELAY);
  }

  socketOf(allocation: number): ClientSocketId {
    return this.#clients.keys[allocation * this.#clients.keyWords] as ClientSocketId;
  }

  /** The clients' addresses; that of an allocation begins at `clientAt`. */
  get clients(): AddressWords {
    return this.#clients.keys;
  }

  clientAt(allocation: number): number {
    return allocation * this.#clients.keyWords + 1;
  }

  recordOf(allocation: number): Allocation {
    return this.#records[allocation] as Allocation;
  }

  /** What tells a live allocation from all others that had, or will have, its number. */
  serialOf(allocation: number): number {
    return this.#serials[allocation] as number;
  }

  /** The `revision` of the last change of a live allocation. */
  revisionOf(allocation: number): number {
    return this.#revisions[allocation] as number;
  }

  startedAt(allocation: number): Instant {
    return this.#startedAt[allocation] as Instant;
  }

  onSocket(socket: ClientSocketId): ReadonlySet<number> {
    return this.#bySocket.get(socket) ?? NO_ALLOCATIONS;
  }

  ofCredential(id: CredentialId): ReadonlySet<number> {
    return this.#byCredential.get(id) ?? NO_ALLOCATIONS;
  }

  ofKey(keyUid: KeyUid): ReadonlySet<number> {
    return this.#byKey.get(keyUid) ?? NO_ALLOCATIONS;
  }

  /** Adds a pending allocation on a 5-tuple that has none, and returns its number. There must be room for it. */
  add(record: Allocation, client: AddressWords, at: number): number {
    const allocation = this.#rows.take();
    assert(allocation !== NO_SLOT, 'the limit of allocations is checked first');
    this.#isLive = growColumn(this.#isLive, allocation + 1);
    this.#isStream = growColumn(this.#isStream, allocation + 1);
    this.#relays = growColumn(this.#relays, 2 * (allocation + 1));
    this.#serials = growColumn(this.#serials, allocation + 1);
    this.#revisions = growColumn(this.#revisions, allocation + 1);
    this.#startedAt = growColumn(this.#startedAt, allocation + 1);
    this.#clients.insert(allocation, record.socket.id, client, at);
    this.#isLive[allocation] = 0;
    this.#isStream[allocation] = record.socket.isStream ? 1 : 0;
    this.setRelay(allocation, IPV4, NO_RELAY);
    this.setRelay(allocation, IPV6, NO_RELAY);
    this.#records[allocation] = record;
    const { id, claims } = record.user;
    addTo(this.#bySocket, record.socket.id, allocation);
    addTo(this.#byCredential, id, allocation);
    addTo(this.#byKey, claims.keyUid, allocation);
    this.#credentialDeadlines.set(allocation, claims.expiresAt);
    if (record.pending !== undefined) {
      this.#pendingDeadlines.set(allocation, record.pending.deadline);
    }
    return allocation;
  }

  setRelay(allocation: number, family: Family, relay: number): void {
    this.#relays[relayPlace(allocation, family)] = relay + 1;
  }

  markLive(allocation: number, now: Instant): void {
    this.#isLive[allocation] = 1;
    this.#pendingDeadlines.remove(allocation);
    this.liveCount += 1;
    this.noteChange(allocation);
    this.#serials[allocation] = this.revision;
    this.#startedAt[allocation] = now;
  }

  /** Notes that something has changed of what is told of the allocation. */
  noteChange(allocation: number): void {
    this.revision += 1;
    this.#revisions[allocation] = this.revision;
  }

  remove(allocation: number): void {
    const { user, socket } = this.recordOf(allocation);
    this.liveCount -= this.isLive(allocation) ? 1 : 0;
    this.#isLive[allocation] = 0;
    this.#clients.remove(allocation);
    removeFrom(this.#bySocket, socket.id, allocation);
    removeFrom(this.#byCredential, user.id, allocation);
    removeFrom(this.#byKey, user.claims.keyUid, allocation);
    this.#credentialDeadlines.remove(allocation);
    this.#pendingDeadlines.remove(allocation);
    this.#records[allocation] = undefined;
    this.#rows.give(allocation);
  }

  /** Calls `visit` with the number of every live allocation. */
  forEachLive(visit: (allocation: number) => void, from = 0, to = this.numbersEnd): void {
    for (let allocation = from; allocation < to; allocation += 1) {
      if (this.isLive(allocation)) {
        visit(allocation);
      }
    }
  }

  /** When the next pending allocation is to be given up, as an `Instant`. */
  peekPendingDeadline(): number {
    return this.#pendingDeadlines.peekDeadline();
  }

  popPendingExpired(now: number): number {
    return this.#pendingDeadlines.popExpired(now);
  }

  /** When the next credential expires that has an allocation, in Unix time. */
  peekCredentialDeadline(): number {
    return this.#credentialDeadlines.peekDeadline();
  }

  popCredentialExpired(unixNow: number): number {
    return this.#credentialDeadlines.popExpired(unixNow);
  }
}

function relayPlace(allocation: number, family: Family): number {
  return 2 * allocation + (family === IPV4 ? 0 : 1);
}

function addTo<Key>(index: Map<Key, Set<number>>, key: Key, allocation: number): void {
  const found = index.get(key);
  if (found === undefined) {
    index.set(key, new Set([allocation]));
  } else {
    found.add(allocation);
  }
}

function removeFrom<Key>(index: Map<Key, Set<number>>, key: Key, allocation: number): void {
  const found = index.get(key);
  if (found?.delete(allocation) === true && found.size === 0) {
    index.delete(key);
  }
}
