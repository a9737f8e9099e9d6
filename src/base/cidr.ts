import { addressBits, formatIp, parseDecimal, parseIp } from './ip.ts';
import { type AddressWords, type Family, familyOf } from './socket-address.ts';

/** A range of IP addresses that share their first `prefixLength` bits. */
export interface Cidr {
  readonly family: Family;
  readonly prefixLength: number;
  /** The first address of the range, with port 0. */
  readonly network: AddressWords;
  /** Ones for the bits that count, word for word as in `network`; word 0 masks nothing. */
  readonly mask: Uint32Array;
}

/**
 * The range in `10.0.0.0/8` or `fd00::/8`; a bare address is the range of itself alone.
 * @returns undefined for anything else, among it a range with bits set behind its prefix: whoever wrote it meant
 *   another range than the one that would result.
 */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const network = parseIp(slash < 0 ? text : text.slice(0, slash));
  if (network === undefined) {
    return undefined;
  }
  const family = familyOf(network);
  const bits = addressBits(family);
  const prefixLength = slash < 0 ? bits : parseDecimal(text.slice(slash + 1), bits);
  if (prefixLength < 0) {
    return undefined;
  }
  const mask = maskOf(prefixLength);
  const hasHostBits = network.some((word, i) => i > 0 && (word & ~(mask[i] as number)) !== 0);
  return hasHostBits ? undefined : { family, prefixLength, network, mask };
}

/** Whether the IP address at `at` is of the range's family and lies in it; its port does not matter. */
export function cidrContains(cidr: Cidr, words: AddressWords, at = 0): boolean {
  const { network, mask } = cidr;
  return (
    (words[at] as number) >>> 16 === cidr.family &&
    (((words[at + 1] as number) ^ (network[1] as number)) & (mask[1] as number)) === 0 &&
    (((words[at + 2] as number) ^ (network[2] as number)) & (mask[2] as number)) === 0 &&
    (((words[at + 3] as number) ^ (network[3] as number)) & (mask[3] as number)) === 0 &&
    (((words[at + 4] as number) ^ (network[4] as number)) & (mask[4] as number)) === 0
  );
}

/** The range as `10.0.0.0/8`. */
export function formatCidr({ network, prefixLength }: Cidr): string {
  return `${formatIp(network)}/${prefixLength}`;
}

/** Words 1 to 4 of a mask with `prefixLength` leading ones; IPv4 uses the first of them. */
function maskOf(prefixLength: number): Uint32Array {
  const mask = new Uint32Array(5);
  for (let word = 1; word < 5; word += 1) {
    const ones = Math.min(Math.max(prefixLength - 32 * (word - 1), 0), 32);
    mask[word] = ones === 0 ? 0 : (0xffffffff << (32 - ones)) >>> 0;
  }
  return mask;
}
