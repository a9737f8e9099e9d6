import { assert } from '../../src/base/assert.ts';
import type { Random } from '../../src/base/random.ts';

/** Decisions drawn from one source of randomness: the same source in the same state decides the same. */
export class Draw {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** True with a probability of `probability`. */
  chance(probability: number): boolean {
    return this.#random.below(1_000_000) < probability * 1_000_000;
  }

  /** A whole number from `least` to `most`, both included. */
  integer(least: number, most: number): number {
    return least + this.#random.below(most - least + 1);
  }

  /** A number from `least` to `most`, every order of magnitude between them as likely as the next. */
  logarithmic(least: number, most: number): number {
    const fraction = this.#random.below(1_000_000) / 1_000_000;
    return least * (most / least) ** fraction;
  }

  pick<Item>(items: readonly Item[]): Item {
    assert(items.length > 0, 'there is something to pick from');
    return items[this.#random.below(items.length)] as Item;
  }

  /** One of the keys of `weights`, each as likely as its weight. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    const entries = Object.entries(weights) as [Name, number][];
    const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
    let at = this.#random.below(1_000_000) * (total / 1_000_000);
    for (const [name, weight] of entries) {
      at -= weight;
      if (at < 0) {
        return name;
      }
    }
    return (entries[entries.length - 1] as [Name, number])[0];
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    this.#random.fill(bytes);
    return bytes;
  }
}
