import type { ClientTransport } from '../contract/ids.ts';

/** One port on which the relay really listens. */
export interface IceListener {
  readonly transport: ClientTransport;
  readonly port: number;
}

/** The URLs (RFC 7064, RFC 7065) that clients are told, in the order in which they should try them. */
export interface IceServerUrls {
  /** `stun:` URLs; empty when the relay has no UDP listener, since a mapped TCP address is of no use to ICE. */
  readonly stun: readonly string[];
  readonly turn: readonly string[];
}

const TRANSPORTS: readonly ClientTransport[] = ['udp', 'tcp', 'tls'];

/** RFC 8656 §2.1: the default ports of TURN, and of TURN over TLS. */
const DEFAULT_PORTS: Readonly<Record<ClientTransport, number>> = { udp: 3478, tcp: 3478, tls: 5349 };

/**
 * Lists the URLs under which clients reach these listeners: for each transport its default port, or else its first
 * one, then the alternate ports in the order given.
 *
 * @param host a host name, an IPv4 address, or an IPv6 address without brackets.
 */
export function buildIceServerUrls(host: string, listeners: readonly IceListener[]): IceServerUrls {
  const urlHost = host.includes(':') ? `[${host}]` : host;
  const ordered = orderListeners(listeners);
  return {
    stun: ordered.filter(({ transport }) => transport === 'udp').map(({ port }) => `stun:${urlHost}:${port}`),
    turn: ordered.map((listener) => formatTurnUrl(urlHost, listener)),
  };
}

function orderListeners(listeners: readonly IceListener[]): readonly IceListener[] {
  const distinct = [...new Map(listeners.map((one) => [`${one.transport}:${one.port}`, one])).values()];
  const primary = TRANSPORTS.flatMap((transport) => {
    const candidates = distinct.filter((one) => one.transport === transport);
    return candidates.find(({ port }) => port === DEFAULT_PORTS[transport]) ?? candidates.slice(0, 1);
  });
  return [...primary, ...distinct.filter((one) => !primary.includes(one))];
}

function formatTurnUrl(urlHost: string, { transport, port }: IceListener): string {
  switch (transport) {
    case 'udp':
      return `turn:${urlHost}:${port}?transport=udp`;
    case 'tcp':
      return `turn:${urlHost}:${port}?transport=tcp`;
    case 'tls':
      return `turns:${urlHost}:${port}?transport=tcp`;
  }
}
