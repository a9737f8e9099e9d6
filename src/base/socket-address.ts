/**
 * A transport address as five 32-bit words of a caller-owned array, starting at `at`:
 * `family << 16 | port`, then the address with its most significant word first. An IPv4 address is one word
 * followed by three zeroes. Two addresses are equal exactly when their five words are.
 *
 * The packet path carries addresses as such rows of typed arrays, so that no packet allocates an object or a string.
 */
export type AddressWords = Uint32Array;

/** Words that one address takes. */
export const ADDRESS_WORDS = 5;

/** IP families, as their number. */
export const IPV4 = 4;
export const IPV6 = 6;
export type Family = typeof IPV4 | typeof IPV6;

/** The family of the address at `at`. */
export function familyOf(words: AddressWords, at = 0): Family {
  return ((words[at] as number) >>> 16) as Family;
}

/** The port of the address at `at`, 0 to 65,535. */
export function portOf(words: AddressWords, at = 0): number {
  return (words[at] as number) & 0xffff;
}

/** Whether the two rows hold the same family, port and address. */
export function sameAddress(a: AddressWords, aAt: number, b: AddressWords, bAt: number): boolean {
  return a[aAt] === b[bAt] && sameIp(a, aAt, b, bAt);
}

/** Whether the two rows hold the same IP address of the same family, whatever their ports. */
export function sameIp(a: AddressWords, aAt: number, b: AddressWords, bAt: number): boolean {
  return (
    (a[aAt] as number) >>> 16 === (b[bAt] as number) >>> 16 &&
    a[aAt + 1] === b[bAt + 1] &&
    a[aAt + 2] === b[bAt + 2] &&
    a[aAt + 3] === b[bAt + 3] &&
    a[aAt + 4] === b[bAt + 4]
  );
}

/** Copies one row. */
export function copyAddress(from: AddressWords, fromAt: number, to: AddressWords, toAt: number): void {
  to[toAt] = from[fromAt] as number;
  to[toAt + 1] = from[fromAt + 1] as number;
  to[toAt + 2] = from[fromAt + 2] as number;
  to[toAt + 3] = from[fromAt + 3] as number;
  to[toAt + 4] = from[fromAt + 4] as number;
}

/** A copy of one row in an array of its own. */
export function cloneAddress(words: AddressWords, at = 0): AddressWords {
  return words.slice(at, at + ADDRESS_WORDS);
}

/** The same IP address with another port, as a row of its own. */
export function withPort(words: AddressWords, port: number, at = 0): AddressWords {
  const copy = cloneAddress(words, at);
  copy[0] = (((copy[0] as number) & 0xffff0000) | port) >>> 0;
  return copy;
}
