import { LISTENERS_MAX } from '../base/limits.ts';
import { type AddressWords, familyOf, IPV4, portOf, sameIp, withPort } from '../base/socket-address.ts';
import type { ListenAddress } from '../contract/worker-message.ts';

/**
 * The listeners that workers bind besides `listen`, where they can: each address of `own` that a UDP wildcard of `listen` stands for.
 *
 * An answer comes from the address that the request went to (RFC 8489 §6.3.1), and clients take no other. A socket on the wildcard
 * sends from the address that the system prefers, which is another one where a host has several; one on the address itself is
 * right, and the kernel prefers it to the wildcard's. That serves what is left: addresses that come later.
 */
export function listAnsweringAddresses(
  listen: readonly ListenAddress[],
  own: readonly AddressWords[],
): readonly ListenAddress[] {
  const isListed = (address: AddressWords) =>
    listen.some(
      (each) =>
        each.transport === 'udp' && portOf(each.address) === portOf(address) && sameIp(each.address, 0, address, 0),
    );
  return listen
    .filter(({ transport, address }) => transport === 'udp' && isWildcard(address))
    .flatMap(({ address: wildcard }) =>
      own
        .filter((address) => familyOf(address) === familyOf(wildcard) && !isZoned(address))
        .map((address) => withPort(address, portOf(wildcard))),
    )
    .filter((address) => !isListed(address))
    .slice(0, LISTENERS_MAX - listen.length)
    .map((address) => ({ transport: 'udp', address }));
}

function isWildcard(address: AddressWords): boolean {
  return address.subarray(1).every((word) => word === 0);
}

/** An IPv6 link-local address (fe80::/10) is bound with its zone, which a row cannot carry. */
function isZoned(address: AddressWords): boolean {
  return familyOf(address) !== IPV4 && (address[1] as number) >>> 22 === 0x3fa;
}
