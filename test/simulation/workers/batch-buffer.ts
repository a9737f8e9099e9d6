import { equalBytes } from '../../../src/base/bytes.ts';
import { HEADROOM_BYTES, TAILROOM_BYTES } from '../../../src/relay/sockets/datagram-sockets.ts';
import { requireInvariant } from '../invariant.ts';
import type { Slice } from './server-harness.ts';

/** What lies in a buffer before anything is written to it, so that a byte out of place shows. */
const FILLER = 0xa5;

/** The slab of one batch: payloads one behind the other, each with the room that the server may write to and not a byte more. */
export class BatchBuffer {
  readonly #payloads: readonly Uint8Array[];
  readonly #slices: Slice[] = [];

  constructor(payloads: readonly Uint8Array[]) {
    this.#payloads = payloads;
    const rooms = HEADROOM_BYTES + TAILROOM_BYTES;
    const bytes = new Uint8Array(payloads.reduce((sum, payload) => sum + payload.length + rooms, 0)).fill(FILLER);
    let at = HEADROOM_BYTES;
    for (const payload of payloads) {
      bytes.set(payload, at);
      this.#slices.push({ bytes, offset: at, length: payload.length });
      at += payload.length + rooms;
    }
  }

  /** The slice of the payload at a place, which must still be as it was received. */
  read(place: number): Slice {
    const slice = this.#slices[place] as Slice;
    requireInvariant(this.#isIntact(place), 'buffer', () => `a payload changed before it was read`);
    return slice;
  }

  /** Requires that the server has left the payload at a place as it was. */
  requireIntact(place: number): void {
    requireInvariant(this.#isIntact(place), 'buffer', () => 'the server has changed the payload that it was given');
  }

  /** Gives the memory back: nobody may look at it any more. */
  overwrite(): void {
    this.#slices[0]?.bytes.fill(FILLER);
  }

  #isIntact(place: number): boolean {
    const payload = this.#payloads[place] as Uint8Array;
    const { bytes, offset, length } = this.#slices[place] as Slice;
    return equalBytes(payload, 0, bytes, offset, length);
  }
}
