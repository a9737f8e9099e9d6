import type { Random } from '../base/random.ts';
import { TRANSACTION_ID_BYTES } from '../stun/message-layout.ts';

/** Identifiers that are drawn at once, so that asking for randomness is rare. */
const IDS_PER_DRAW = 256;

/** Random transaction identifiers for indications (RFC 8489 §5), a store of them at a time. */
export class TransactionIds {
  /** The identifier that `next` points into. */
  readonly bytes = new Uint8Array(IDS_PER_DRAW * TRANSACTION_ID_BYTES);
  readonly #random: Random;
  #next = IDS_PER_DRAW;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Where in `bytes` the next unused identifier begins. */
  next(): number {
    if (this.#next === IDS_PER_DRAW) {
      this.#random.fill(this.bytes);
      this.#next = 0;
    }
    this.#next += 1;
    return (this.#next - 1) * TRANSACTION_ID_BYTES;
  }
}
