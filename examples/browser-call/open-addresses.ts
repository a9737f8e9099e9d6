import type { NetworkInterfaceInfo } from 'node:os';

/** Where a server that listens on `host` is opened: on this machine first, then what other machines may use. */
export function listOpenAddresses(
  host: string,
  port: number,
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): readonly string[] {
  // A browser cannot open "every address".
  if (host !== '0.0.0.0' && host !== '::') {
    return [formatUrl(host, port)];
  }
  const others = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => formatUrl(address, port));
  return [formatUrl(host === '::' ? '::1' : '127.0.0.1', port), ...others];
}

function formatUrl(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/`;
}
