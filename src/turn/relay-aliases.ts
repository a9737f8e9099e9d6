import { ADDRESS_WORDS, type AddressWords, copyAddress, sameIp } from '../base/socket-address.ts';
import type { RelayAddress } from './relay-address.ts';

/**
 * The two names of this host's own relay addresses where a NAT maps an inner address (`bind`) to a public one (`advertised`).
 * A client only knows the public name of another client's relayed address; the packets between the two never leave the
 * host and so carry the inner one. Most NATs do not turn such packets around, and none has to, if the server itself knows both
 * names: it sends to the inner one, and takes packets from it as coming from the public one.
 */
export class RelayAliases {
  readonly #pairs: readonly RelayAddress[];
  readonly #row: AddressWords = new Uint32Array(ADDRESS_WORDS);

  constructor(relays: readonly RelayAddress[]) {
    this.#pairs = relays.filter((relay) => !sameIp(relay.bind, 0, relay.advertised, 0));
  }

  /** Whether any address has two names; without, rows need no translation. */
  get isNeeded(): boolean {
    return this.#pairs.length > 0;
  }

  /**
   * The row at `at` under its public name, its port kept; it begins at 0 of the array that is returned, which is valid until
   * the next call.
   */
  toPublic(words: AddressWords, at: number): AddressWords {
    copyAddress(words, at, this.#row, 0);
    for (const { bind, advertised } of this.#pairs) {
      if (sameIp(words, at, bind, 0)) {
        copyIp(advertised, this.#row);
      }
    }
    return this.#row;
  }

  /** Puts the row at `at` under its inner name, in place. */
  toInner(words: AddressWords, at: number): void {
    for (const { bind, advertised } of this.#pairs) {
      if (sameIp(words, at, advertised, 0)) {
        for (let word = 1; word < ADDRESS_WORDS; word += 1) {
          words[at + word] = bind[word] as number;
        }
        return;
      }
    }
  }
}

function copyIp(from: AddressWords, to: AddressWords): void {
  for (let word = 1; word < ADDRESS_WORDS; word += 1) {
    to[word] = from[word] as number;
  }
}
