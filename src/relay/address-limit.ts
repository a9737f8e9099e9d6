import { assert } from '../base/assert.ts';
import { type AddressWords, familyOf, IPV4 } from '../base/socket-address.ts';

/** Counts connections per client address, an IPv6 /64 as one: whoever has one address of it has them all. */
export class AddressLimit {
  readonly #max: number;
  readonly #counts = new Map<string, number>();

  constructor(max: number) {
    this.#max = max;
  }

  /** Counts one more; false when the address has as many as it may. */
  take(address: AddressWords): boolean {
    const key = keyOf(address);
    const count = this.#counts.get(key) ?? 0;
    if (count >= this.#max) {
      return false;
    }
    this.#counts.set(key, count + 1);
    return true;
  }

  /** Counts one less, which was taken before. */
  giveBack(address: AddressWords): void {
    const key = keyOf(address);
    const count = this.#counts.get(key) ?? 0;
    assert(count > 0, 'what is given back was taken');
    if (count === 1) {
      this.#counts.delete(key);
    } else {
      this.#counts.set(key, count - 1);
    }
  }
}

function keyOf(address: AddressWords): string {
  return familyOf(address) === IPV4 ? `${address[1]}` : `${address[1]} ${address[2]}`;
}
