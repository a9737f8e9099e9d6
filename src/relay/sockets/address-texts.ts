import { formatIp, parseIp } from '../../base/ip.ts';
import { ADDRESS_WORDS, type AddressWords, copyAddress, sameIp } from '../../base/socket-address.ts';

/** Remembered addresses in each direction; a power of two. */
const REMEMBERED_MAX = 4096;

/**
 * IP addresses as text and as rows, both ways. Node's sockets speak text; the packet path does not. A text that was seen before
 * costs one look-up, and what is remembered is bounded, because whoever sends a packet chooses an address.
 */
export class AddressTexts {
  readonly #rows = new Map<string, AddressWords>();
  readonly #textKeys: AddressWords = new Uint32Array(REMEMBERED_MAX * ADDRESS_WORDS);
  readonly #texts: (string | undefined)[] = new Array(REMEMBERED_MAX).fill(undefined);

  /** Writes the transport address of `text` and `port` at `outAt`; false when `text` is no IP address. */
  write(text: string, port: number, out: AddressWords, outAt: number): boolean {
    const row = this.#rows.get(text) ?? this.#remember(text);
    if (row === undefined) {
      return false;
    }
    copyAddress(row, 0, out, outAt);
    out[outAt] = (((row[0] as number) & 0xffff0000) | port) >>> 0;
    return true;
  }

  /** The IP address at `at` as text, without its port. */
  textOf(words: AddressWords, at: number): string {
    const slot = slotOf(words, at);
    const remembered = this.#texts[slot];
    if (remembered !== undefined && sameIp(this.#textKeys, slot * ADDRESS_WORDS, words, at)) {
      return remembered;
    }
    const text = formatIp(words, at);
    copyAddress(words, at, this.#textKeys, slot * ADDRESS_WORDS);
    this.#texts[slot] = text;
    return text;
  }

  #remember(text: string): AddressWords | undefined {
    // A link-local sender is written with its zone (`fe80::1%eth0`), which a row cannot carry.
    const zoneAt = text.indexOf('%');
    const row = parseIp(zoneAt === -1 ? text : text.slice(0, zoneAt));
    if (row !== undefined) {
      if (this.#rows.size >= REMEMBERED_MAX) {
        this.#rows.clear();
      }
      this.#rows.set(text, row);
    }
    return row;
  }
}

function slotOf(words: AddressWords, at: number): number {
  const mixed =
    Math.imul(words[at + 1] as number, 0x9e3779b1) ^
    Math.imul(words[at + 2] as number, 0x85ebca6b) ^
    Math.imul(words[at + 3] as number, 0xc2b2ae35) ^
    Math.imul(words[at + 4] as number, 0x27d4eb2f);
  return (mixed ^ (mixed >>> 15)) & (REMEMBERED_MAX - 1);
}
