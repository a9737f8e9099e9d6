import { assert } from '../../src/base/assert.ts';
import { parseTransportAddress } from '../../src/base/ip.ts';
import {
  type AddressWords,
  type Family,
  familyOf,
  IPV4,
  sameAddress,
  withPort,
} from '../../src/base/socket-address.ts';
import { addressKey } from './address-key.ts';
import type { Scenario } from './scenario.ts';

/** Who is where. All addresses are made up; only which of them may be a peer matters. */
export interface Topology {
  /** UDP listeners, several of one family among them. Clients of TCP and TLS connect to the first of their family. */
  readonly listeners: readonly AddressWords[];
  /** The relay's IP addresses: what its sockets are bound to, and what the world sees. */
  readonly relays: readonly { readonly bind: AddressWords; readonly advertised: AddressWords }[];
  /** Where peers live that anyone may talk to. */
  readonly peers: readonly AddressWords[];
  /** Those among the peers whom no rule of the operator has let in: should the host get their address, they are out. */
  readonly ordinaryPeers: readonly AddressWords[];
  /** Addresses that no client may reach through the relay, though somebody is there. */
  readonly denied: readonly AddressWords[];
}

const LISTENER_PORTS = [3478, 443] as const;

/** Several ports on one address, since a permission is for an address and a channel for a port of it. */
const PEERS: readonly string[] = [
  '8.8.4.1:40000',
  '8.8.4.1:40001',
  '8.8.4.2:40000',
  '9.9.9.3:53',
  '1.1.1.4:65535',
  '[2600:1f18::1]:40000',
  '[2600:1f18::1]:40001',
  '[2a00:1450::2]:40000',
];

/** What an operator closes and opens beside, and whom that concerns. */
export const PEER_RULES = { deny: '1.1.1.0/24', allow: '172.16.0.0/12' } as const;
const CLOSED_BY_RULE = '1.1.1.4:65535';
const OPENED_BY_RULE = '172.16.0.9:80';

/** One of each sort that issue and RFC 8656 §21.2 want kept out, in the disguises that IPv6 has for them. */
const DENIED: readonly string[] = [
  '0.0.0.0:80',
  '10.1.2.3:22',
  '100.64.7.7:80',
  '127.0.0.1:6379',
  '169.254.169.254:80',
  '172.16.0.9:80',
  '192.168.1.1:80',
  '192.0.2.4:80',
  '198.51.100.4:80',
  '203.0.113.4:80',
  '224.0.0.5:5000',
  '255.255.255.255:67',
  '[::]:80',
  '[::1]:80',
  '[::ffff:10.1.2.3]:22',
  '[::127.0.0.1]:80',
  '[64:ff9b::a9fe:a9fe]:80',
  '[2002:7f00:1::1]:80',
  '[2001:db8::5]:80',
  '[fe80::7]:80',
  '[fd00::9]:80',
  '[ff02::1]:5353',
  // The relay's own host, at ports where nothing is relayed.
  '5.9.10.11:22',
  '[2a01:4f8:1::2]:22',
];

/** Builds the topology that a scenario asks for. */
export function buildTopology(scenario: Scenario): Topology {
  const { hasIpv6, hasTwoRelays, isBehindNat, hasPeerRules } = scenario;
  const listeners = LISTENER_PORTS.flatMap((port) => [withPort(PUBLIC_IPV4, port), withPort(PUBLIC_IPV6, port)]);
  const relays = [{ bind: isBehindNat ? INNER_IPV4 : PUBLIC_IPV4, advertised: PUBLIC_IPV4 }];
  if (hasTwoRelays) {
    relays.push({ bind: SECOND_PUBLIC_IPV4, advertised: SECOND_PUBLIC_IPV4 });
  }
  if (hasIpv6) {
    relays.push({ bind: PUBLIC_IPV6, advertised: PUBLIC_IPV6 });
  }
  const closed = hasPeerRules ? [CLOSED_BY_RULE] : [];
  const opened = hasPeerRules ? [OPENED_BY_RULE] : [];
  const ordinaryPeers = PEERS.filter((peer) => !closed.includes(peer)).map(address);
  const peers = [...ordinaryPeers, ...opened.map(address)];
  const denied = [...DENIED.filter((peer) => !opened.includes(peer)), ...closed];
  return { listeners, relays, peers, ordinaryPeers, denied: [...denied.map(address), ...listeners] };
}

/** Whether `peer` is one that no client may reach. */
export function isDenied(topology: Topology, peer: AddressWords): boolean {
  const key = addressKey(peer);
  return topology.denied.some((denied) => addressKey(denied) === key);
}

/** The listener that a datagram is for, as its place among the listeners, or -1. */
export function findListener(topology: Topology, to: AddressWords): number {
  return topology.listeners.findIndex((listener) => sameAddress(listener, 0, to, 0));
}

/** The address of client `number`: a few share one, as behind a NAT. */
export function clientAddress(family: Family, number: number, port: number): AddressWords {
  const words =
    family === IPV4
      ? address(`81.2.69.${1 + (number % 200)}:0`)
      : address(`[2a02:8070::${(1 + number).toString(16)}]:0`);
  assert(familyOf(words) === family, 'a client has an address of its family');
  return withPort(words, port);
}

const PUBLIC_IPV4 = address('5.9.10.11:0');
const SECOND_PUBLIC_IPV4 = address('5.9.10.12:0');
const PUBLIC_IPV6 = address('[2a01:4f8:1::2]:0');
/** What a NAT in front of the host maps the public IPv4 address to. */
const INNER_IPV4 = address('10.0.0.5:0');

function address(text: string): AddressWords {
  const words = parseTransportAddress(text);
  assert(words !== undefined, `${text} is an address and a port`);
  return words;
}
