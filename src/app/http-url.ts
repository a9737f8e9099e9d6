import { formatIp } from '../base/ip.ts';
import { type AddressWords, familyOf, IPV6 } from '../base/socket-address.ts';

/** The URL of an HTTP listener as this machine reaches it, `http://127.0.0.1:8787`; a wildcard is reached by loopback. */
export function formatHttpUrl(listen: AddressWords, port: number): string {
  const isAny = listen.subarray(1).every((word) => word === 0);
  if (familyOf(listen) === IPV6) {
    return `http://[${isAny ? '::1' : formatIp(listen)}]:${port}`;
  }
  return `http://${isAny ? '127.0.0.1' : formatIp(listen)}:${port}`;
}
