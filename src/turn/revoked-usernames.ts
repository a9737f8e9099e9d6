import type { UnixMs } from '../base/clock.ts';
import type { Hashes } from '../base/hash.ts';
import type { Random } from '../base/random.ts';
import type { CredentialId } from '../contract/ids.ts';
import { RevokedTable, TABLE_SECRET_BYTES } from './revoked-table.ts';

/** Usernames that fail although their credential has not expired, as a key ring asks for them. */
export interface UsernameRevocations {
  /** How many there are to forget one day. */
  readonly size: number;
  /** Remembers a username until its credential expires. */
  add(id: CredentialId, expiresAt: UnixMs): void;
  has(id: CredentialId): boolean;
  /** When there may be one to forget, or Infinity. */
  peekExpiry(): number;
  /** Forgets the usernames whose credentials have expired at `now` anyway. */
  forgetExpired(now: UnixMs): void;
}

const CAPACITY_MIN = 64;
const UINT32_MAX = 0xffff_ffff;

/**
 * The revoked usernames, in memory of their own or in memory that other threads read: a table that is filled by three quarters at most, so
 * that a million take 40 MiB. When it outgrows its memory, or forgets something, it moves to new memory; whoever reads
 * the old one misses only what was added since.
 */
export class RevokedUsernames<Memory extends ArrayBufferLike = ArrayBuffer> implements UsernameRevocations {
  /** Learns of each move, before anything is added behind it. */
  onMoved: (memory: Memory) => void = () => {};
  readonly #hashes: Hashes;
  readonly #allocate: (bytes: number) => Memory;
  #memory: Memory;
  #table: RevokedTable;
  #size = 0;
  /** The earliest expiry, or an earlier moment. */
  #nextExpiry = Number.POSITIVE_INFINITY;

  /** `allocate` makes zeroed memory of so many bytes. */
  constructor(hashes: Hashes, random: Random, allocate: (bytes: number) => Memory) {
    this.#hashes = hashes;
    this.#allocate = allocate;
    const secret = new Uint8Array(TABLE_SECRET_BYTES);
    random.fill(secret);
    this.#memory = this.#makeMemory(CAPACITY_MIN, secret);
    this.#table = new RevokedTable(hashes, this.#memory);
  }

  get size(): number {
    return this.#size;
  }

  /** What a `RevokedTable` of another thread reads, until it moves. */
  get memory(): Memory {
    return this.#memory;
  }

  add(id: CredentialId, expiresAt: UnixMs): void {
    if (4 * (this.#size + 1) > 3 * this.#table.capacity) {
      this.#move(2 * this.#table.capacity, 0);
    }
    // Who makes a username with a shared secret may write any expiry: what is beyond a row's 32 bits is not forgotten before 2106.
    const expirySeconds = Math.min(Math.ceil(expiresAt / 1_000), UINT32_MAX);
    if (this.#table.insert(id, expirySeconds)) {
      this.#size += 1;
      this.#nextExpiry = Math.min(this.#nextExpiry, 1_000 * expirySeconds);
    }
  }

  has(id: CredentialId): boolean {
    return this.#table.has(id);
  }

  peekExpiry(): number {
    return this.#nextExpiry;
  }

  forgetExpired(now: UnixMs): void {
    if (this.#nextExpiry > now) {
      return;
    }
    const seconds = now / 1_000;
    this.#size = this.#table.countAfter(seconds);
    let capacity = CAPACITY_MIN;
    while (2 * this.#size > capacity) {
      capacity *= 2;
    }
    this.#move(capacity, seconds);
  }

  /** Moves what expires after a moment. */
  #move(capacity: number, afterSeconds: number): void {
    const memory = this.#makeMemory(capacity, new Uint8Array(this.#memory, 0, TABLE_SECRET_BYTES));
    const table = new RevokedTable(this.#hashes, memory);
    this.#nextExpiry = 1_000 * this.#table.copyTo(table, afterSeconds);
    this.#memory = memory;
    this.#table = table;
    this.onMoved(memory);
  }

  #makeMemory(capacity: number, secret: Uint8Array): Memory {
    const memory = this.#allocate(RevokedTable.bytesOf(capacity));
    new Uint8Array(memory).set(secret);
    return memory;
  }
}
