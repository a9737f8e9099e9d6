import { createSocket, type Socket } from 'node:dgram';
import { formatIp, formatTransportAddress } from '../base/ip.ts';
import { type AddressWords, familyOf, IPV4, IPV6, portOf, withPort } from '../base/socket-address.ts';
import type { ListenAddress } from '../contract/worker-message.ts';
import { listenTcp } from './listen-tcp.ts';

/** A port that cannot be listened on; the message is a sentence for the operator. */
export class ListenError extends Error {
  readonly listen: ListenAddress;

  constructor(listen: ListenAddress, reason: string) {
    super(`Cannot listen on ${listen.transport}://${formatTransportAddress(listen.address)}: ${reason}`);
    this.name = 'ListenError';
    this.listen = listen;
  }
}

/** What the operator can do about an error of the system when a port is bound. */
export function explainBindError(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return 'another program uses this port. Stop that program, or choose another port.';
    case 'EADDRNOTAVAIL':
      return 'this machine has no such address. Choose one of its own, or 0.0.0.0 or [::] for all.';
    case 'EACCES':
    case 'EPERM':
      return 'the system lets only privileged programs use this port. Choose one from 1024 on, or grant CAP_NET_BIND_SERVICE.';
    case 'EMFILE':
    case 'ENFILE':
      return 'the limit of open files is reached. Raise it (ulimit -n, LimitNOFILE).';
    default:
      return `${error.message}.`;
  }
}

export interface ListenPorts {
  /** With the real ports. */
  readonly listen: readonly ListenAddress[];
  /** Lets go of the ports that the system chose; to be called when the workers have bound them. */
  release(): void;
}

interface HeldPort {
  readonly local: AddressWords;
  close(): void;
}

/**
 * Makes sure that the ports are free, and chooses one where the port is 0. Workers share their ports (SO_REUSEPORT), so
 * another program that shares it too would not fail, but take a part of the clients: hence each port is first bound
 * alone. One that the system chose is kept until the workers have it, shared with them.
 * @throws {ListenError} for the first that cannot be bound.
 */
export async function claimListenPorts(wanted: readonly ListenAddress[]): Promise<ListenPorts> {
  const claimed: HeldPort[] = [];
  const chosen: HeldPort[] = [];
  const listen: ListenAddress[] = [];
  try {
    for (const each of wanted) {
      const isChosen = portOf(each.address) === 0;
      const held = await holdPort(each, isChosen);
      (isChosen ? chosen : claimed).push(held);
      listen.push({ transport: each.transport, address: held.local });
    }
  } catch (error) {
    closeAll(chosen);
    throw error;
  } finally {
    closeAll(claimed);
  }
  return { listen, release: () => closeAll(chosen) };
}

async function holdPort(listen: ListenAddress, isShared: boolean): Promise<HeldPort> {
  try {
    return listen.transport === 'udp'
      ? await holdUdpPort(listen.address, isShared)
      : await listenTcp(listen.address, isShared, (socket) => socket.destroy());
  } catch (error) {
    throw new ListenError(listen, explainBindError(error as NodeJS.ErrnoException));
  }
}

async function holdUdpPort(local: AddressWords, isShared: boolean): Promise<HeldPort> {
  const family = familyOf(local);
  const socket: Socket = createSocket({
    type: family === IPV4 ? 'udp4' : 'udp6',
    ipv6Only: family === IPV6,
    reusePort: isShared,
  });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind({ address: formatIp(local), port: portOf(local), exclusive: true }, resolve);
    });
  } catch (error) {
    socket.close();
    throw error;
  }
  return { local: withPort(local, socket.address().port), close: () => socket.close() };
}

function closeAll(ports: readonly HeldPort[]): void {
  for (const port of ports) {
    port.close();
  }
}
