import { assert } from '../base/assert.ts';
import type { Instant } from '../base/clock.ts';
import { DeadlineHeap } from '../base/deadline-heap.ts';
import { CHANNEL_REUSE_DELAY_MS } from '../base/limits.ts';
import type { Random } from '../base/random.ts';
import { ADDRESS_WORDS, type AddressWords, copyAddress } from '../base/socket-address.ts';
import { CHANNEL_NUMBER_COUNT, CHANNEL_NUMBER_MIN } from '../stun/channel-data.ts';
import { growColumn, INITIAL_ROWS } from './columns.ts';
import { RowIndex } from './row-index.ts';
import { RowLists } from './row-lists.ts';
import { NO_SLOT, SlotPool } from './slot-pool.ts';

/** As many as typed arrays can number; the limit per allocation ends sooner. */
const CHANNELS_MAX = 0x3fffffff;
const NO_TAIL = new Uint32Array(0);

/**
 * The channel bindings of all allocations (RFC 8656 §12). One is found by the allocation and its number, for what clients
 * send, and by the relay and the peer's address, for what peers send. When its time is over it relays nothing, but
 * stays for five more minutes, in which neither its number nor its peer can be bound to another.
 *
 * Deviates: from RFC 8656 §12, which asks clients alone to wait those five minutes. What is on its way meanwhile must not come
 * from, or go to, another peer than it was meant for, and a client that keeps to the rule does not notice.
 */
export class ChannelTable {
  readonly #byPeer: RowIndex;
  readonly #byNumber: RowIndex;
  readonly #rows = new SlotPool(CHANNELS_MAX);
  readonly #lists = new RowLists();
  readonly #deadlines = new DeadlineHeap();
  #numbers = new Uint16Array(INITIAL_ROWS);
  #expiries = new Float64Array(INITIAL_ROWS);
  #permissions = new Int32Array(INITIAL_ROWS);
  /** Where to send to: the peer's address, or the inner name of one of our own. */
  #targets = new Uint32Array(INITIAL_ROWS * ADDRESS_WORDS);

  constructor(random: Random) {
    this.#byPeer = new RowIndex(ADDRESS_WORDS, random);
    this.#byNumber = new RowIndex(0, random);
  }

  get size(): number {
    return this.#byPeer.size;
  }

  /** The binding of a channel number, live or not, or `NO_ROW`. */
  findByNumber(allocation: number, channel: number): number {
    return this.#byNumber.find(numberKey(allocation, channel), NO_TAIL, 0);
  }

  /** The binding to the peer's address and port at `at`, live or not, or `NO_ROW`. */
  findByPeer(relay: number, peer: AddressWords, at: number): number {
    return this.#byPeer.find(relay, peer, at);
  }

  isLive(row: number, now: Instant): boolean {
    return (this.#expiries[row] as number) > now;
  }

  /** When it ends, as an `Instant`. */
  expiryOf(row: number): number {
    return this.#expiries[row] as number;
  }

  numberOf(row: number): number {
    return this.#numbers[row] as number;
  }

  permissionOf(row: number): number {
    return this.#permissions[row] as number;
  }

  relayOf(row: number): number {
    return this.#byPeer.keys[row * this.#byPeer.keyWords] as number;
  }

  /** Writes the peer's address to `out`. */
  readPeer(row: number, out: AddressWords): void {
    copyAddress(this.#byPeer.keys, row * this.#byPeer.keyWords + 1, out, 0);
  }

  /** The addresses to send to, one row per binding. */
  get targets(): AddressWords {
    return this.#targets;
  }

  /** Where the binding's row begins in `targets`. */
  targetAt(row: number): number {
    return row * ADDRESS_WORDS;
  }

  /** Adds a binding of a number and a peer that are both unbound; `targets` gets a copy of the peer's address. */
  add(
    allocation: number,
    relay: number,
    channel: number,
    peer: AddressWords,
    peerAt: number,
    permission: number,
  ): number {
    const row = this.#rows.take();
    assert(row !== NO_SLOT, 'channels fit in memory');
    this.#numbers = growColumn(this.#numbers, row + 1);
    this.#expiries = growColumn(this.#expiries, row + 1);
    this.#permissions = growColumn(this.#permissions, row + 1);
    this.#targets = growColumn(this.#targets, (row + 1) * ADDRESS_WORDS);
    this.#byPeer.insert(row, relay, peer, peerAt);
    this.#byNumber.insert(row, numberKey(allocation, channel), NO_TAIL, 0);
    this.#lists.add(relay, row);
    this.#numbers[row] = channel;
    this.#permissions[row] = permission;
    copyAddress(peer, peerAt, this.#targets, this.targetAt(row));
    return row;
  }

  /** Makes a binding, new or not, last until `expiry`. */
  extend(row: number, expiry: number): void {
    this.#expiries[row] = expiry;
    this.#deadlines.set(row, expiry + CHANNEL_REUSE_DELAY_MS);
  }

  remove(row: number): void {
    this.#lists.remove(this.relayOf(row), row);
    this.#byPeer.remove(row);
    this.#byNumber.remove(row);
    this.#deadlines.remove(row);
    this.#rows.give(row);
  }

  /** A binding of the relay, or `NO_ROW`. */
  firstOf(relay: number): number {
    return this.#lists.first(relay);
  }

  /** The next binding of the same relay, or `NO_ROW`. */
  next(row: number): number {
    return this.#lists.next(row);
  }

  peekDeadline(): number {
    return this.#deadlines.peekDeadline();
  }

  /** A binding whose five minutes are over, which must be removed; `NO_ROW` for none. */
  popExpired(now: Instant): number {
    return this.#deadlines.popExpired(now);
  }
}

/** Allocation and channel number as one 32-bit key. */
function numberKey(allocation: number, channel: number): number {
  return allocation * CHANNEL_NUMBER_COUNT + (channel - CHANNEL_NUMBER_MIN);
}
