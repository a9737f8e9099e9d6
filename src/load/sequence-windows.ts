/** Sequence numbers behind the newest that are remembered one by one; a power of two. */
export const SEQUENCE_WINDOW = 1024;
const WORDS_PER_FLOW = SEQUENCE_WINDOW / 32;

/** What a sequence number says about its packet. */
export const SEQUENCE_NEXT = 0;
export const SEQUENCE_REORDERED = 1;
export const SEQUENCE_DUPLICATE = 2;
export type SequenceVerdict = typeof SEQUENCE_NEXT | typeof SEQUENCE_REORDERED | typeof SEQUENCE_DUPLICATE;

/**
 * Which packets of many flows have arrived: one bit for each of the last `SEQUENCE_WINDOW` numbers of a flow, all in one
 * typed array. What is older than that counts as reordered, since nobody can tell any more.
 */
export class SequenceWindows {
  /** Per flow: the number that comes next. */
  readonly #next: Uint32Array;
  readonly #bits: Uint32Array;

  constructor(flowCount: number) {
    this.#next = new Uint32Array(flowCount);
    this.#bits = new Uint32Array(flowCount * WORDS_PER_FLOW);
  }

  /** Notes that `sequence` of `flow` has arrived. */
  note(flow: number, sequence: number): SequenceVerdict {
    const bits = this.#bits;
    const next = this.#next[flow] as number;
    const word = flow * WORDS_PER_FLOW + ((sequence % SEQUENCE_WINDOW) >>> 5);
    const mask = 1 << (sequence & 31);
    if (sequence >= next) {
      this.#forget(flow, next, sequence);
      bits[word] = (bits[word] as number) | mask;
      this.#next[flow] = sequence + 1;
      return SEQUENCE_NEXT;
    }
    if (next - sequence > SEQUENCE_WINDOW) {
      return SEQUENCE_REORDERED;
    }
    if (((bits[word] as number) & mask) !== 0) {
      return SEQUENCE_DUPLICATE;
    }
    bits[word] = (bits[word] as number) | mask;
    return SEQUENCE_REORDERED;
  }

  /** Every flow begins again at 0. */
  clear(): void {
    this.#next.fill(0);
    this.#bits.fill(0);
  }

  /** Frees the bits of the numbers from `first` up to and with `last`, which older numbers used. */
  #forget(flow: number, first: number, last: number): void {
    const bits = this.#bits;
    const base = flow * WORDS_PER_FLOW;
    if (last - first >= SEQUENCE_WINDOW) {
      bits.fill(0, base, base + WORDS_PER_FLOW);
      return;
    }
    for (let sequence = first; sequence <= last; sequence += 1) {
      const word = base + ((sequence % SEQUENCE_WINDOW) >>> 5);
      bits[word] = (bits[word] as number) & ~(1 << (sequence & 31));
    }
  }
}
