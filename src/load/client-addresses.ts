import { type Cidr, parseCidr } from '../base/cidr.ts';
import { addressBits } from '../base/ip.ts';
import { type AddressWords, cloneAddress, IPV4, withPort } from '../base/socket-address.ts';

/** Ports of each address of a range. */
const PORT_MIN = 2_000;
const PORTS_PER_ADDRESS = 60_000;

/**
 * Where the generator's clients send from. A range gives each client an address and port that no client had for long: some
 * servers refuse an Allocate from a five-tuple that was in use a moment ago. A single address leaves the port to the system.
 */
export class ClientAddresses {
  readonly #range: Cidr;
  /** Addresses to choose from; 1 where there is no range. */
  readonly #addressCount: number;
  #serial: number;

  /** `random` is 32 bits that tell where in the range to begin. */
  constructor(range: Cidr, random: number) {
    this.#range = range;
    // Neither the first nor the last address of a range is taken: outside of loopback these are no hosts.
    this.#addressCount = Math.max(1, 2 ** (addressBits(range.family) - range.prefixLength) - 2);
    this.#serial = random;
  }

  /** The address or IPv4 range in `text`; undefined for anything else. */
  static parse(text: string): Cidr | undefined {
    const range = parseCidr(text);
    const isRange = range !== undefined && range.prefixLength < addressBits(range.family);
    return isRange && (range.family !== IPV4 || range.prefixLength > 30) ? undefined : range;
  }

  /** Whether every address has one port after the other, so that one that is in use is followed by another. */
  get isRange(): boolean {
    return this.#addressCount > 1;
  }

  next(): AddressWords {
    if (!this.isRange) {
      return cloneAddress(this.#range.network);
    }
    const serial = this.#serial;
    this.#serial += 1;
    const address = withPort(this.#range.network, PORT_MIN + (serial % PORTS_PER_ADDRESS));
    const host = 1 + (Math.floor(serial / PORTS_PER_ADDRESS) % this.#addressCount);
    address[1] = (address[1] as number) + host;
    return address;
  }
}
