import { assert } from '../base/assert.ts';
import type { Instant } from '../base/clock.ts';
import { DeadlineHeap } from '../base/deadline-heap.ts';
import type { Random } from '../base/random.ts';
import { ADDRESS_WORDS, type AddressWords, type Family } from '../base/socket-address.ts';
import { growColumn, INITIAL_ROWS } from './columns.ts';
import { NO_ROW, RowIndex } from './row-index.ts';
import { RowLists } from './row-lists.ts';
import { NO_SLOT, SlotPool } from './slot-pool.ts';

/** As many as typed arrays can number; the limit per allocation ends sooner. */
const PERMISSIONS_MAX = 0x3fffffff;
/** Words of a row that name the IP address. */
const IP_WORDS = ADDRESS_WORDS - 1;

/**
 * The permissions of all relays (RFC 8656 §9): which peers' IP addresses may send to a client, and until when. A permission
 * whose time is over stays as long as a channel leans on it, without permitting anything.
 */
export class PermissionTable {
  readonly #index: RowIndex;
  readonly #rows = new SlotPool(PERMISSIONS_MAX);
  readonly #lists = new RowLists();
  readonly #deadlines = new DeadlineHeap();
  #expiries = new Float64Array(INITIAL_ROWS);
  /** Channels that lean on the permission. */
  #channelCounts = new Uint16Array(INITIAL_ROWS);
  /** 1 where the peer policy decides each port for itself. */
  #portDependent = new Uint8Array(INITIAL_ROWS);

  constructor(random: Random) {
    // The relay implies the family, so its head and the four words of the IP address are the key.
    this.#index = new RowIndex(IP_WORDS, random);
  }

  get size(): number {
    return this.#index.size;
  }

  /** The relay's permission for the IP address at `at`, live or not, or `NO_ROW`. */
  find(relay: number, peer: AddressWords, at: number): number {
    return this.#index.find(relay, peer, at + 1);
  }

  isLive(row: number, now: Instant): boolean {
    return (this.#expiries[row] as number) > now;
  }

  /** When it ends, as an `Instant`. */
  expiryOf(row: number): number {
    return this.#expiries[row] as number;
  }

  /** Whether each port of the IP address is to be decided when it is used. */
  isPortDependent(row: number): boolean {
    return this.#portDependent[row] === 1;
  }

  setPortDependent(row: number, isPortDependent: boolean): void {
    this.#portDependent[row] = isPortDependent ? 1 : 0;
  }

  /** Whether a channel leans on the permission. */
  isHeld(row: number): boolean {
    return (this.#channelCounts[row] as number) > 0;
  }

  /** Writes the peer's IP address, of the relay's family and with port 0, to `out`. */
  readPeer(row: number, family: Family, out: AddressWords): void {
    const at = row * this.#index.keyWords + 1;
    out[0] = family << 16;
    for (let word = 0; word < IP_WORDS; word += 1) {
      out[1 + word] = this.#index.keys[at + word] as number;
    }
  }

  relayOf(row: number): number {
    return this.#index.keys[row * this.#index.keyWords] as number;
  }

  /** Adds a permission that the relay does not have. */
  add(relay: number, peer: AddressWords, at: number, isPortDependent: boolean): number {
    const row = this.#rows.take();
    assert(row !== NO_SLOT, 'permissions fit in memory');
    this.#expiries = growColumn(this.#expiries, row + 1);
    this.#channelCounts = growColumn(this.#channelCounts, row + 1);
    this.#portDependent = growColumn(this.#portDependent, row + 1);
    this.#index.insert(row, relay, peer, at + 1);
    this.#lists.add(relay, row);
    this.#channelCounts[row] = 0;
    this.setPortDependent(row, isPortDependent);
    return row;
  }

  /** Makes a permission, new or not, last until `expiry`. */
  extend(row: number, expiry: number): void {
    this.#expiries[row] = expiry;
    this.#deadlines.set(row, expiry);
  }

  /** Notes that a channel leans on the permission. */
  hold(row: number): void {
    this.#channelCounts[row] = (this.#channelCounts[row] as number) + 1;
  }

  /** Notes that a channel leans on it no more; true when nothing keeps the permission now, so that it must be removed. */
  unhold(row: number, now: Instant): boolean {
    this.#channelCounts[row] = (this.#channelCounts[row] as number) - 1;
    return this.#channelCounts[row] === 0 && !this.isLive(row, now);
  }

  remove(row: number): void {
    this.#lists.remove(this.relayOf(row), row);
    this.#index.remove(row);
    this.#deadlines.remove(row);
    this.#rows.give(row);
  }

  /** A permission of the relay, or `NO_ROW`. */
  firstOf(relay: number): number {
    return this.#lists.first(relay);
  }

  /** The next permission of the same relay, or `NO_ROW`. */
  next(row: number): number {
    return this.#lists.next(row);
  }

  peekDeadline(): number {
    return this.#deadlines.peekDeadline();
  }

  /** A permission that ended at or before `now` and that no channel leans on, which must be removed; `NO_ROW` for none. */
  popExpired(now: Instant): number {
    let row = this.#deadlines.popExpired(now);
    while (row >= 0 && this.isHeld(row)) {
      row = this.#deadlines.popExpired(now);
    }
    return row >= 0 ? row : NO_ROW;
  }
}
