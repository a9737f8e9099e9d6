import { hexDigitValue } from './bytes.ts';
import { ADDRESS_WORDS, type AddressWords, type Family, familyOf, IPV4, IPV6, portOf } from './socket-address.ts';

/** Characters of the longest IPv6 text: six groups of four digits and an embedded IPv4 address. */
const IPV6_TEXT_MAX = 45;
/** Groups of 16 bits in an IPv6 address. */
const GROUPS = 8;

/**
 * The address in `text`, with port 0: an IPv4 dotted quad, or any form of IPv6 that RFC 4291 §2.2 has.
 * @returns undefined for anything else, among it brackets, zone identifiers, a port, numbers with leading zeroes in a dotted
 *   quad (some read those as octal) and quads of fewer than four numbers.
 */
export function parseIp(text: string): AddressWords | undefined {
  const words = new Uint32Array(ADDRESS_WORDS);
  if (text.includes(':')) {
    words[0] = IPV6 << 16;
    return parseIpv6(text, words) ? words : undefined;
  }
  const address = parseDottedQuad(text);
  if (address < 0) {
    return undefined;
  }
  words[0] = IPV4 << 16;
  words[1] = address;
  return words;
}

/** The address at `at` in its canonical text (RFC 5952); IPv4-mapped addresses end in a dotted quad (its §5). */
export function formatIp(words: AddressWords, at = 0): string {
  return familyOf(words, at) === IPV4 ? formatDottedQuad(words[at + 1] as number) : formatIpv6(words, at);
}

/** The address and port in `1.2.3.4:80` or `[::1]:80`, or undefined for anything else. */
export function parseTransportAddress(text: string): AddressWords | undefined {
  const colon = text.lastIndexOf(':');
  const port = parsePort(text.slice(colon + 1));
  const isBracketed = text.startsWith('[') && text[colon - 1] === ']';
  const words =
    colon < 0 || port < 0 ? undefined : parseIp(isBracketed ? text.slice(1, colon - 1) : text.slice(0, colon));
  if (words === undefined || (familyOf(words) === IPV6) !== isBracketed) {
    return undefined;
  }
  words[0] = (words[0] as number) | port;
  return words;
}

/** The address at `at` with its port: `1.2.3.4:80` or `[::1]:80` (RFC 5952 §6). */
export function formatTransportAddress(words: AddressWords, at = 0): string {
  const ip = formatIp(words, at);
  return familyOf(words, at) === IPV4 ? `${ip}:${portOf(words, at)}` : `[${ip}]:${portOf(words, at)}`;
}

/** The decimal number from 0 to `max` that is all of `text`, without sign, space or leading zero; else -1. */
export function parseDecimal(text: string, max: number): number {
  if (!/^(0|[1-9][0-9]{0,9})$/.test(text)) {
    return -1;
  }
  const value = Number(text);
  return value <= max ? value : -1;
}

/** Bits of an address of `family`. */
export function addressBits(family: Family): number {
  return family === IPV4 ? 32 : 128;
}

function parsePort(text: string): number {
  return parseDecimal(text, 0xffff);
}

/** The 32 bits of a dotted quad, or -1. */
function parseDottedQuad(text: string): number {
  const parts = text.split('.', 5);
  if (parts.length !== 4) {
    return -1;
  }
  let address = 0;
  for (const part of parts) {
    const value = parseDecimal(part, 0xff);
    if (value < 0) {
      return -1;
    }
    address = address * 0x100 + value;
  }
  return address;
}

/** Fills words 1 to 4 from IPv6 text; false when it is none. */
function parseIpv6(text: string, words: AddressWords): boolean {
  if (text.length > IPV6_TEXT_MAX) {
    return false;
  }
  const halves = text.split('::', 3);
  const before = parseGroups(halves[0] as string, halves.length === 1);
  if (before === undefined || halves.length > 2) {
    return false;
  }
  if (halves.length === 1) {
    return before.length === GROUPS && storeGroups(before, 0, words);
  }
  const after = parseGroups(halves[1] as string, true);
  // "::" stands for at least one group of zeroes (RFC 4291 §2.2).
  if (after === undefined || before.length + after.length >= GROUPS) {
    return false;
  }
  return storeGroups(before, 0, words) && storeGroups(after, GROUPS - after.length, words);
}

function storeGroups(groups: readonly number[], first: number, words: AddressWords): boolean {
  groups.forEach((group, i) => {
    const word = 1 + ((first + i) >>> 1);
    words[word] = (words[word] as number) | ((first + i) % 2 === 0 ? group << 16 : group);
  });
  return true;
}

/** The 16-bit groups of one side of "::"; the last may be a dotted quad when `mayEndInQuad`. Undefined when malformed. */
function parseGroups(text: string, mayEndInQuad: boolean): number[] | undefined {
  if (text === '') {
    return [];
  }
  const groups: number[] = [];
  const parts = text.split(':', GROUPS + 1);
  for (const [i, part] of parts.entries()) {
    if (part.includes('.')) {
      const quad = mayEndInQuad && i === parts.length - 1 ? parseDottedQuad(part) : -1;
      if (quad < 0) {
        return undefined;
      }
      groups.push(quad >>> 16, quad & 0xffff);
    } else {
      const group = parseGroup(part);
      if (group < 0) {
        return undefined;
      }
      groups.push(group);
    }
  }
  return groups.length <= GROUPS ? groups : undefined;
}

/** The value of one to four hexadecimal digits, or -1. */
function parseGroup(text: string): number {
  if (text.length < 1 || text.length > 4) {
    return -1;
  }
  let value = 0;
  for (let i = 0; i < text.length; i += 1) {
    const digit = hexDigitValue(text.charCodeAt(i));
    if (digit < 0) {
      return -1;
    }
    value = value * 16 + digit;
  }
  return value;
}

function formatDottedQuad(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 0xff}.${(address >>> 8) & 0xff}.${address & 0xff}`;
}

function formatIpv6(words: AddressWords, at: number): string {
  if (words[at + 1] === 0 && words[at + 2] === 0 && words[at + 3] === 0xffff) {
    return `::ffff:${formatDottedQuad(words[at + 4] as number)}`;
  }
  const groups: string[] = [];
  for (let i = 0; i < GROUPS; i += 1) {
    const word = words[at + 1 + (i >>> 1)] as number;
    groups.push((i % 2 === 0 ? word >>> 16 : word & 0xffff).toString(16));
  }
  const [start, length] = longestZeroRun(groups);
  // RFC 5952 §4.2.2: a single group of zeroes is not shortened.
  return length < 2
    ? groups.join(':')
    : `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}

/** Start and length of the longest run of zero groups, the first of those equally long (RFC 5952 §4.2.3). */
function longestZeroRun(groups: readonly string[]): readonly [start: number, length: number] {
  let bestStart = 0;
  let bestLength = 0;
  let length = 0;
  for (const [i, group] of groups.entries()) {
    length = group === '0' ? length + 1 : 0;
    if (length > bestLength) {
      bestLength = length;
      bestStart = i - length + 1;
    }
  }
  return [bestStart, bestLength];
}
