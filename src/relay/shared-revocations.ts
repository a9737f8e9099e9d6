import type { Hashes } from '../base/hash.ts';
import type { CredentialId } from '../contract/ids.ts';
import { RevokedTable } from '../turn/revoked-table.ts';
import type { UsernameRevocations } from '../turn/revoked-usernames.ts';

/**
 * The revoked usernames as a worker sees them: in the memory of the supervisor, which adds a username before it tells a worker of
 * it, and forgets it when its credential has expired. So a worker, a successor too, has nothing to copy.
 */
export class SharedRevocations implements UsernameRevocations {
  readonly size = 0;
  readonly #hashes: Hashes;
  #table: RevokedTable;

  /** There is none, until the supervisor says where they are. */
  constructor(hashes: Hashes) {
    this.#hashes = hashes;
    this.#table = new RevokedTable(hashes, new ArrayBuffer(RevokedTable.bytesOf(1)));
  }

  /** Reads this memory from now on. */
  move(memory: SharedArrayBuffer): void {
    this.#table = new RevokedTable(this.#hashes, memory);
  }

  has(id: CredentialId): boolean {
    return this.#table.has(id);
  }

  /** The supervisor has added it. */
  add(): void {}

  peekExpiry(): number {
    return Number.POSITIVE_INFINITY;
  }

  /** The supervisor forgets. */
  forgetExpired(): void {}
}
