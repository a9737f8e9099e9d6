import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns';

export type OnAddresses = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;
type Lookup = (hostname: string, options: LookupAllOptions, onAddresses: OnAddresses) => void;

interface WaitingLookup {
  readonly hostname: string;
  readonly options: LookupAllOptions;
  readonly signal: AbortSignal;
  readonly onAddresses: OnAddresses;
}

/**
 * Looks names up as the host does (`/etc/hosts` too), a few at a time. A lookup occupies a thread of Node's pool, which files and
 * hashes need as well, and cannot be called off: names whose servers never answer must not take all of them.
 */
export class NameLookups {
  readonly #countMax: number;
  readonly #lookup: Lookup;
  #waiting: WaitingLookup[] = [];
  #count = 0;

  constructor(countMax: number, look: Lookup = lookup) {
    this.#countMax = countMax;
    this.#lookup = look;
  }

  /**
   * Calls back with every address of a name, when it is its turn. Whoever has given up by then is passed over: the queue is never
   * longer than there are attempts under way.
   */
  run(hostname: string, options: LookupAllOptions, signal: AbortSignal, onAddresses: OnAddresses): void {
    this.#waiting.push({ hostname, options, signal, onAddresses });
    this.#begin();
  }

  #begin(): void {
    while (this.#count < this.#countMax) {
      const next = this.#waiting.shift();
      if (next === undefined) {
        return;
      }
      if (!next.signal.aborted) {
        this.#look(next);
      }
    }
  }

  /** All who wait for the same name share one lookup. */
  #look({ hostname, options, onAddresses }: WaitingLookup): void {
    this.#count += 1;
    const heirs = this.#waiting.filter((each) => each.hostname === hostname && !each.signal.aborted);
    this.#waiting = this.#waiting.filter((each) => each.hostname !== hostname);
    this.#lookup(hostname, options, (error, addresses) => {
      this.#count -= 1;
      onAddresses(error, addresses);
      for (const heir of heirs) {
        heir.onAddresses(error, addresses);
      }
      this.#begin();
    });
  }
}
