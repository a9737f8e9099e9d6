import { createServer, type Socket } from 'node:net';
import { formatIp, parseIp } from '../base/ip.ts';
import { STREAM_BACKLOG_MAX } from '../base/limits.ts';
import { type AddressWords, portOf, withPort } from '../base/socket-address.ts';

/** When a connection is silent for so long, the system asks whether the other end is still there. */
const KEEP_ALIVE_DELAY_MS = 60_000;

/** A TCP port that takes connections. */
export interface StreamListener {
  /** The bound address, with the real port. */
  readonly local: AddressWords;
  /** Takes no more connections; those that there are stay. */
  close(): void;
}

/**
 * Listens on `local`; port 0 lets the system choose. A `shared` port may be bound by several workers: the kernel spreads
 * connections over them.
 * @throws {NodeJS.ErrnoException} of the system when the port cannot be bound.
 */
export async function listenTcp(
  local: AddressWords,
  shared: boolean,
  onConnection: (socket: Socket) => void,
): Promise<StreamListener> {
  const server = createServer(
    { noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_DELAY_MS },
    onConnection,
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(
      {
        host: formatIp(local),
        port: portOf(local),
        backlog: STREAM_BACKLOG_MAX,
        reusePort: shared,
        ipv6Only: true,
        exclusive: true,
      },
      resolve,
    );
  });
  // Later errors are of single accepts, such as one that found no descriptor left; the listener lives on.
  server.on('error', () => {});
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : portOf(local);
  return {
    local: withPort(local, port),
    close: () => server.close(),
  };
}

/** The two ends of a connection; undefined when it is gone already. */
export function readEnds(socket: Socket): { readonly local: AddressWords; readonly remote: AddressWords } | undefined {
  const local = readEnd(socket.localAddress, socket.localPort);
  const remote = readEnd(socket.remoteAddress, socket.remotePort);
  return local === undefined || remote === undefined ? undefined : { local, remote };
}

function readEnd(text: string | undefined, port: number | undefined): AddressWords | undefined {
  // A link-local address has its zone behind it (`fe80::1%eth0`).
  const address = text === undefined ? undefined : parseIp(text.replace(/%.*$/, ''));
  return address === undefined || port === undefined ? undefined : withPort(address, port);
}
