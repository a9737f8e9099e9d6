import { assert } from '../base/assert.ts';
import { parseTransportAddress } from '../base/ip.ts';
import type { AddressWords } from '../base/socket-address.ts';
import type { TurnListener } from './address-kinds.ts';
import type { HostFacts } from './setting.ts';

/** RFC 8656 §3.1: 3478 for UDP and TCP, 5349 for TLS. */
const DEFAULT_PORTS = { udp: 3478, tcp: 3478, tls: 5349 } as const;

/** Every transport on its default port, on all IPv4 addresses and, where there are any, all IPv6 addresses. */
export function listenersOf(host: HostFacts): readonly TurnListener[] {
  const hosts = host.hasIpv6 ? ['0.0.0.0', '[::]'] : ['0.0.0.0'];
  return hosts.flatMap((any) =>
    (['udp', 'tcp', 'tls'] as const).map((transport) => ({
      transport,
      address: addressOf(`${any}:${DEFAULT_PORTS[transport]}`),
    })),
  );
}

/** The HTTP API is reached from this machine alone until the operator says otherwise. */
export function loopbackHttp(): AddressWords {
  return addressOf('127.0.0.1:8787');
}

function addressOf(text: string): AddressWords {
  const words = parseTransportAddress(text);
  assert(words !== undefined, `${text} is a transport address`);
  return words;
}
