import { createSocket } from 'node:dgram';
import { cidrContains, parseCidr } from '../base/cidr.ts';
import { formatIp } from '../base/ip.ts';
import { type AddressWords, familyOf, IPV4, IPV6, sameIp } from '../base/socket-address.ts';
import type { RelayAddress } from '../config/address-kinds.ts';
import { listOwnAddresses } from '../relay/own-addresses.ts';
import { StartError } from './start-error.ts';

/** Addresses that are no use to a peer elsewhere, and so not worth naming. */
const UNNAMED = ['127.0.0.0/8', '169.254.0.0/16', '::1/128', 'fe80::/10'].map((text) => parseCidr(text));

/**
 * Makes sure that a socket can be bound on each relay address. With one that this machine does not have the service would
 * run, and refuse every allocation.
 * @throws {StartError} naming the first that cannot be bound, and those that could.
 */
export async function requireRelayAddresses(addresses: readonly RelayAddress[]): Promise<void> {
  for (const { bind } of addresses) {
    const error = await tryBind(bind);
    // The system refuses an IPv6 address of this machine while it still looks whether another machine has it.
    if (error !== undefined && !(error.code === 'EADDRNOTAVAIL' && isOwn(bind))) {
      throw new StartError(explain(bind, error));
    }
  }
}

function explain(bind: AddressWords, error: NodeJS.ErrnoException): string {
  const text = formatIp(bind);
  if (error.code !== 'EADDRNOTAVAIL' && error.code !== 'EAFNOSUPPORT') {
    return `turn.relay_address (TACITURN_TURN_RELAY_ADDRESS): nothing can be relayed from ${text}: ${error.message}.`;
  }
  return (
    `turn.relay_address (TACITURN_TURN_RELAY_ADDRESS): this machine does not have ${text} ` +
    `(it has ${describeOwn(bind)}). Write bind=advertised, the local address first.`
  );
}

function describeOwn(bind: AddressWords): string {
  const family = familyOf(bind);
  const own = listOwnAddresses().filter((address) => familyOf(address) === family);
  const named = own.filter((address) => !UNNAMED.some((range) => range !== undefined && cidrContains(range, address)));
  const texts = (named.length > 0 ? named : own).map((address) => formatIp(address));
  return texts.length > 0 ? texts.join(', ') : `no ${family === IPV6 ? 'IPv6' : 'IPv4'} address`;
}

function isOwn(bind: AddressWords): boolean {
  return listOwnAddresses().some((address) => sameIp(address, 0, bind, 0));
}

/** What the system says to a UDP socket on the address; undefined when it can be bound. */
async function tryBind(address: AddressWords): Promise<NodeJS.ErrnoException | undefined> {
  const isIpv4 = familyOf(address) === IPV4;
  const socket = createSocket({ type: isIpv4 ? 'udp4' : 'udp6', ipv6Only: !isIpv4 });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind({ address: formatIp(address), port: 0, exclusive: true }, resolve);
    });
    return undefined;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  } finally {
    socket.close();
  }
}
