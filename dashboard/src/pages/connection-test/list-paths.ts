import type { IceServer } from '../../api/credentials.ts';

/** One way to the relay: a URL that clients are given. */
export interface RelayPath {
  readonly url: string;
  readonly kind: 'stun' | 'turn';
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly port: number;
}

const URL_PARTS = /^(stuns?|turns?):(?:\[[^\]]+\]|[^:?]+)(?::(\d+))?(?:\?transport=(udp|tcp))?$/;

/** Every way to the relay that a credential names, each once. */
export function listPaths(servers: readonly IceServer[]): readonly RelayPath[] {
  const urls = [...new Set(servers.flatMap((server) => server.urls))];
  return urls.flatMap((url) => {
    const [, scheme = '', port, transport = 'udp'] = URL_PARTS.exec(url) ?? [];
    if (scheme === '') {
      return [];
    }
    const isSecure = scheme.endsWith('s');
    return [
      {
        url,
        kind: scheme.startsWith('stun') ? ('stun' as const) : ('turn' as const),
        transport: isSecure ? ('tls' as const) : (transport as 'udp' | 'tcp'),
        port: Number(port ?? (isSecure ? 5349 : 3478)),
      },
    ];
  });
}

/** How people call a path: `TURN over TLS, port 443`. */
export function namePath({ kind, transport, port }: RelayPath): string {
  return `${kind.toUpperCase()} over ${transport.toUpperCase()}, port ${port}`;
}
