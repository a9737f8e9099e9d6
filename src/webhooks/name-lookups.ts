import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns';

export type OnAddresses = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;
type Lookup = (hostname: string, options: LookupAllOptions, onAddresses: OnAddresses) => void;

interface WaitingLookup {
  readonly hostname: string;
  readonly options: LookupAllOptions;
  readonly onAddresses: OnAddresses;
}

/**
 * Looks names up as the host does (`/etc/hosts` too), a few at a time. A lookup occupies a thread of Node's pool, which files and
 * hashes need as well, and cannot be called off: names whose servers never answer must not take all of them.
 */
export class NameLookups {
  readonly #countMax: number;
  readonly #lookup: Lookup;
  readonly #waiting: WaitingLookup[] = [];
  #count = 0;

  constructor(countMax: number, look: Lookup = lookup) {
    this.#countMax = countMax;
    this.#lookup = look;
  }

  /** Calls back with every address of a name, when it is its turn. Whoever asks stops waiting by a timeout of its own. */
  run(hostname: string, options: LookupAllOptions, onAddresses: OnAddresses): void {
    this.#waiting.push({ hostname, options, onAddresses });
    this.#begin();
  }

  #begin(): void {
    while (this.#count < this.#countMax) {
      const next = this.#waiting.shift();
      if (next === undefined) {
        return;
      }
      this.#count += 1;
      this.#lookup(next.hostname, next.options, (error, addresses) => {
        this.#count -= 1;
        next.onAddresses(error, addresses);
        this.#begin();
      });
    }
  }
}
