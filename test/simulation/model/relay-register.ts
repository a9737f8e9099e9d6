import type { AddressWords } from '../../../src/base/socket-address.ts';
import { addressKey } from '../address-key.ts';
import type { PayloadRecord } from '../payload-ledger.ts';

/** Relayed addresses that are remembered as somebody's, for peers and clients to send to. */
const RECENT_MAX = 64;

/** Whose each relayed address has been, as the server's answers said; addresses are given out again. */
export class RelayRegister {
  /** The latest ones, newest last. */
  readonly recent: AddressWords[] = [];
  readonly #owners = new Map<string, Set<string>>();

  record(relayed: AddressWords, owner: string): void {
    const key = addressKey(relayed);
    const owners = this.#owners.get(key) ?? new Set();
    owners.add(owner);
    this.#owners.set(key, owners);
    this.recent.push(relayed);
    if (this.recent.length > RECENT_MAX) {
      this.recent.shift();
    }
  }

  /** Whether the relayed address, as a key, is or was `owner`'s. */
  isOwner(relayed: string, owner: string): boolean {
    return this.#owners.get(relayed)?.has(owner) === true;
  }

  /** Whether a payload can have come from `source`: its sender's own address, or one that was relayed for him. */
  isSource(record: PayloadRecord, source: AddressWords): boolean {
    const key = addressKey(source);
    return record.sender === key || this.isOwner(key, record.sender);
  }
}
