import { parseIp } from '../../src/base/ip.ts';
import { type AddressWords, withPort } from '../../src/base/socket-address.ts';
import type { ClientTransport } from '../../src/contract/ids.ts';
import type { Service, TestCredential, TestKey } from './service.ts';
import { TurnClient } from './turn-client.ts';

/** The channel that `connectPair` binds on both sides. */
export const PAIR_CHANNEL = 0x4000;

/** A client of the service on IPv4. The service made its certificate itself. */
export function connectClient(
  service: Service,
  credential: TestCredential,
  transport: ClientTransport = 'udp',
): Promise<TurnClient> {
  const port = transport === 'tls' ? service.ports.tls : service.ports.turn;
  const server = withPort(parseIp('127.0.0.1') as AddressWords, port);
  return TurnClient.connect({ transport, server, tls: { rejectUnauthorized: false }, ...credential });
}

export interface ClientPair {
  readonly clients: readonly [TurnClient, TurnClient];
  readonly credentials: readonly [TestCredential, TestCredential];
}

/** Two clients with an allocation each, over UDP where nothing else is said, and a channel to the other's. */
export async function connectPair(
  service: Service,
  key: TestKey,
  transports: readonly [ClientTransport, ClientTransport] = ['udp', 'udp'],
): Promise<ClientPair> {
  const credentials = [await service.generateCredential(key), await service.generateCredential(key)] as const;
  const clients = [
    await connectClient(service, credentials[0], transports[0]),
    await connectClient(service, credentials[1], transports[1]),
  ] as const;
  const relayed: AddressWords[] = [];
  for (const client of clients) {
    relayed.push((await client.allocate()).relayed[0] as AddressWords);
  }
  await clients[0].bindChannel(PAIR_CHANNEL, relayed[1] as AddressWords);
  await clients[1].bindChannel(PAIR_CHANNEL, relayed[0] as AddressWords);
  return { clients, credentials };
}

/** Sends one payload from the first client to the second and waits for it: the relay relays. */
export async function relayOnce({ clients: [first, second] }: ClientPair): Promise<void> {
  const payload = Uint8Array.of(1, 2, 3, 4);
  first.sendChannelData(PAIR_CHANNEL, payload);
  const received = await second.receive();
  if (Buffer.compare(received.payload, payload) !== 0) {
    throw new Error('another payload came');
  }
}
