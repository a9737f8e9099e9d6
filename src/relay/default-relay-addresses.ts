import { createSocket, type SocketType } from 'node:dgram';
import { readFile } from 'node:fs/promises';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { type Cidr, cidrContains, parseCidr } from '../base/cidr.ts';
import { parseIp } from '../base/ip.ts';
import { type AddressWords, familyOf, IPV4, IPV6 } from '../base/socket-address.ts';

/** An address to relay from when the configuration names none. */
export interface DefaultRelayAddress {
  readonly address: AddressWords;
  /** Whether the internet can reach it as it is, without address translation. */
  readonly isPublic: boolean;
}

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/** Linux's routing tables as the kernel prints them; empty where they cannot be read. */
export interface RouteTables {
  readonly ipv4: string;
  readonly ipv6: string;
}

/** `RTF_UP` and `RTF_REJECT` of a route's flags. */
const ROUTE_IS_UP = 0x1;
const ROUTE_IS_REJECTED = 0x200;

/** Documentation addresses (RFC 5737, RFC 3849): a socket connected to one has the default route's address, and sends nothing. */
const FAR_IPV4 = '192.0.2.1';
const FAR_IPV6 = '2001:db8::1';
const FAR_PORT = 9;

const LINK_LOCAL = cidrs('169.254.0.0/16', 'fe80::/10');
const LOOPBACK = cidrs('127.0.0.0/8', '::1/128');
/** Private use (RFC 1918, RFC 4193), shared by carriers (RFC 6598), benchmarks and documentation: nobody routes to these. */
const NOT_PUBLIC = [
  ...LINK_LOCAL,
  ...LOOPBACK,
  ...cidrs('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '198.18.0.0/15', 'fc00::/7'),
  ...cidrs('192.0.0.0/24', '192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32', '240.0.0.0/4'),
];

/** The address of the default route's interface, one of each family that has one; loopback when there is none at all. */
export async function findDefaultRelayAddresses(): Promise<readonly DefaultRelayAddress[]> {
  const tables = await readRouteTables();
  const interfaces = networkInterfaces();
  const found =
    tables === undefined
      ? [await readSourceAddress('udp4', FAR_IPV4), await readSourceAddress('udp6', FAR_IPV6)]
      : [chooseByRoute(IPV4, tables, interfaces), chooseByRoute(IPV6, tables, interfaces)];
  const addresses = found.filter((address) => address !== undefined);
  return (addresses.length > 0 ? addresses : [parseIp('127.0.0.1') as AddressWords]).map((address) => ({
    address,
    isPublic: !isWithin(NOT_PUBLIC, address),
  }));
}

/**
 * The first address of `family` on the interface that the best default route of `tables` leads to; of IPv6 a public one
 * rather than a unique-local one, and never a link-local one, which means nothing to a peer.
 */
export function chooseByRoute(
  family: typeof IPV4 | typeof IPV6,
  tables: RouteTables,
  interfaces: Interfaces,
): AddressWords | undefined {
  const device = family === IPV4 ? findIpv4Device(tables.ipv4) : findIpv6Device(tables.ipv6);
  if (device === undefined) {
    return undefined;
  }
  const candidates = (interfaces[device] ?? [])
    .map(({ address }) => parseIp(address))
    .filter((address) => address !== undefined && familyOf(address) === family && isUsable(address));
  return candidates.find((address) => address !== undefined && !isWithin(NOT_PUBLIC, address)) ?? candidates[0];
}

/** Lines of `/proc/net/route`: device, destination, gateway, flags, references, uses, metric, mask, … */
function findIpv4Device(table: string): string | undefined {
  return findBestDevice(table.split('\n').slice(1), (fields) => ({
    device: fields[0],
    isDefault: fields[1] === '00000000' && fields[7] === '00000000',
    flags: Number.parseInt(fields[3] ?? '0', 16),
    metric: Number.parseInt(fields[6] ?? '0', 10),
  }));
}

/** Lines of `/proc/net/ipv6_route`: destination, its prefix, source, its prefix, next hop, metric, references, uses, flags, device. */
function findIpv6Device(table: string): string | undefined {
  return findBestDevice(table.split('\n'), (fields) => ({
    device: fields[9],
    isDefault: /^0{32}$/.test(fields[0] ?? '') && fields[1] === '00',
    flags: Number.parseInt(fields[8] ?? '0', 16),
    metric: Number.parseInt(fields[5] ?? '0', 16),
  }));
}

interface Route {
  readonly device: string | undefined;
  readonly isDefault: boolean;
  readonly flags: number;
  readonly metric: number;
}

function findBestDevice(lines: readonly string[], read: (fields: readonly string[]) => Route): string | undefined {
  return lines
    .map((line) => read(line.trim().split(/\s+/)))
    .filter(({ isDefault, flags }) => isDefault && (flags & (ROUTE_IS_UP | ROUTE_IS_REJECTED)) === ROUTE_IS_UP)
    .sort((one, other) => one.metric - other.metric)[0]?.device;
}

async function readRouteTables(): Promise<RouteTables | undefined> {
  if (process.platform !== 'linux') {
    return undefined;
  }
  const [ipv4, ipv6] = await Promise.all(
    ['/proc/net/route', '/proc/net/ipv6_route'].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  return { ipv4: ipv4 ?? '', ipv6: ipv6 ?? '' };
}

/** The address that the system would send from to reach `far`; undefined when it has no route. */
async function readSourceAddress(type: SocketType, far: string): Promise<AddressWords | undefined> {
  const socket = createSocket(type);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(FAR_PORT, far, resolve);
    });
    const address = parseIp(socket.address().address);
    return address !== undefined && isUsable(address) ? address : undefined;
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}

function isUsable(address: AddressWords): boolean {
  return !isWithin(LINK_LOCAL, address) && !isWithin(LOOPBACK, address);
}

function isWithin(ranges: readonly Cidr[], address: AddressWords): boolean {
  return ranges.some((range) => cidrContains(range, address));
}

function cidrs(...texts: readonly string[]): readonly Cidr[] {
  return texts.map((text) => parseCidr(text) as Cidr);
}
