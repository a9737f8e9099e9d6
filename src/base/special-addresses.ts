import { assert } from './assert.ts';
import { type Cidr, cidrContains, parseCidr } from './cidr.ts';
import { ADDRESS_WORDS, type AddressWords, familyOf, IPV4 } from './socket-address.ts';

/** Kinds of addresses to which nothing is relayed or sent unless the operator opens them. */
export type SpecialKind =
  | 'unspecified'
  | 'loopback'
  | 'private'
  | 'shared'
  | 'link-local'
  | 'unique-local'
  | 'multicast'
  | 'reserved'
  | 'broadcast'
  | 'documentation'
  | 'benchmarking';

/** A range of addresses of one kind; no kind where another address within it decides (`embeddedIpv4`). */
type SpecialRange = readonly [range: Cidr, kind: SpecialKind | undefined];

/*
 * IANA's special-purpose address registries (RFC 6890), with multicast and what is reserved beside them. The first range that
 * holds an address decides. Ranges that the registry calls globally reachable only for anycast services of a network (PCP,
 * TURN, AMT, AS112 within the IETF's blocks) stay closed: no peer has such an address.
 */

const IPV4_RANGES: readonly SpecialRange[] = [
  special('0.0.0.0/8', 'unspecified'),
  special('10.0.0.0/8', 'private'),
  special('100.64.0.0/10', 'shared'),
  special('127.0.0.0/8', 'loopback'),
  special('169.254.0.0/16', 'link-local'),
  // A cloud's metadata service outside of the range where metadata services usually are.
  special('168.63.129.16/32', 'link-local'),
  special('172.16.0.0/12', 'private'),
  special('192.0.0.0/24', 'reserved'),
  special('192.0.2.0/24', 'documentation'),
  special('192.88.99.0/24', 'reserved'),
  special('192.168.0.0/16', 'private'),
  special('198.18.0.0/15', 'benchmarking'),
  special('198.51.100.0/24', 'documentation'),
  special('203.0.113.0/24', 'documentation'),
  special('224.0.0.0/4', 'multicast'),
  special('255.255.255.255/32', 'broadcast'),
  special('240.0.0.0/4', 'reserved'),
];

const IPV6_RANGES: readonly SpecialRange[] = [
  special('::/128', 'unspecified'),
  special('::1/128', 'loopback'),
  special('::/96', undefined),
  special('::ffff:0:0/96', undefined),
  special('64:ff9b::/96', undefined),
  special('64:ff9b:1::/96', undefined),
  special('2001::/32', undefined),
  special('2001:2::/48', 'benchmarking'),
  special('2001:db8::/32', 'documentation'),
  special('2001::/23', 'reserved'),
  special('2002::/16', undefined),
  special('3fff::/20', 'documentation'),
  special('2000::/3', undefined),
  special('fc00::/7', 'unique-local'),
  special('fe80::/10', 'link-local'),
  // Site-local, deprecated by RFC 3879 in favour of unique-local.
  special('fec0::/10', 'unique-local'),
  special('ff00::/8', 'multicast'),
  // All that is not global unicast (RFC 4291 §2.4): discard-only, segment routing, the rest of 64:ff9b:1::/48 among it.
  special('::/0', 'reserved'),
];

/** Which kind of special address the row at `at` is, taken literally; undefined for an ordinary one. */
export function specialKindOf(words: AddressWords, at = 0): SpecialKind | undefined {
  for (const [range, kind] of familyOf(words, at) === IPV4 ? IPV4_RANGES : IPV6_RANGES) {
    if (cidrContains(range, words, at)) {
      return kind;
    }
  }
  return undefined;
}

/** Whether the address at `at` is an ordinary one of the internet, as it is and as the IPv4 address that it stands for. */
export function isOrdinaryAddress(words: AddressWords, at = 0): boolean {
  const embedded: AddressWords = new Uint32Array(ADDRESS_WORDS);
  return (
    specialKindOf(words, at) === undefined &&
    (!readEmbeddedIpv4(words, at, embedded) || specialKindOf(embedded) === undefined)
  );
}

/**
 * Writes to `out` the IPv4 address, with the same port, that an IPv6 address stands for: IPv4-mapped and IPv4-compatible
 * (RFC 4291 §2.5.5), NAT64 (RFC 6052 §2.1; RFC 8215), Teredo (RFC 4380 §4: the client's) and 6to4 (RFC 3056 §2).
 * @returns false, with `out` as it was, for every other address.
 */
export function readEmbeddedIpv4(words: AddressWords, at: number, out: AddressWords): boolean {
  if (familyOf(words, at) === IPV4) {
    return false;
  }
  const first = words[at + 1] as number;
  const second = words[at + 2] as number;
  const third = words[at + 3] as number;
  const last = words[at + 4] as number;
  if (first === 0 && second === 0 && (third === 0xffff || (third === 0 && last > 1))) {
    return writeIpv4(words, at, last, out);
  }
  if (first === NAT64_WORD && ((second === 0 && third === 0) || second >>> 16 === NAT64_LOCAL_GROUP)) {
    return writeIpv4(words, at, last, out);
  }
  if (first === TEREDO_WORD) {
    return writeIpv4(words, at, ~last, out);
  }
  if (first >>> 16 === SIX_TO_FOUR_GROUP) {
    return writeIpv4(words, at, (first << 16) | (second >>> 16), out);
  }
  return false;
}

/** 64:ff9b::/32, of which /96 is RFC 6052's well-known prefix and 64:ff9b:1::/48 is RFC 8215's for local use. */
const NAT64_WORD = 0x0064ff9b;
const NAT64_LOCAL_GROUP = 1;
/** 2001::/32. */
const TEREDO_WORD = 0x20010000;
/** 2002::/16. */
const SIX_TO_FOUR_GROUP = 0x2002;

function writeIpv4(words: AddressWords, at: number, address: number, out: AddressWords): true {
  out[0] = (IPV4 << 16) | ((words[at] as number) & 0xffff);
  out[1] = address;
  out[2] = 0;
  out[3] = 0;
  out[4] = 0;
  return true;
}

function special(text: string, kind: SpecialKind | undefined): SpecialRange {
  const range = parseCidr(text);
  assert(range !== undefined, 'a special range is well-formed');
  return [range, kind];
}
