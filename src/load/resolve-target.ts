import { lookup } from 'node:dns/promises';
import { parseIp, parseTransportAddress } from '../base/ip.ts';
import { type AddressWords, familyOf, IPV4, portOf, withPort } from '../base/socket-address.ts';
import { ClientAddresses } from './client-addresses.ts';
import { LoadError } from './load-error.ts';
import type { LoadOptions, LoadTransport } from './load-options.ts';
import { parseTurnUrl, type TurnUrl } from './parse-turn-url.ts';

/** Where to send, from where, and where the peers are. */
export interface LoadTarget {
  readonly server: AddressWords;
  readonly hostname: string | undefined;
  readonly transport: LoadTransport;
  readonly clientAddresses: ClientAddresses;
  /** With port 0, unless the server is a forwarder. */
  readonly peerAddress: AddressWords;
}

/** Where clients send from when the server is on IPv4 loopback: there every address is this machine's. */
const LOOPBACK_CLIENTS = '127.1.0.0/16';

/** @throws {LoadError} when the URL or an address is none, or the name is not known. */
export async function resolveTarget(options: LoadOptions, random: number): Promise<LoadTarget> {
  const url = parseTurnUrl(options.url);
  if (url === undefined) {
    throw new LoadError(
      `${JSON.stringify(options.url)} is no TURN URL; one is turn:127.0.0.1:3478?transport=udp, or turns:relay.example for TLS.`,
    );
  }
  const literal = parseIp(url.host);
  const server = withPort(literal ?? (await resolveName(url.host)), url.port);
  const isLoopback = familyOf(server) === IPV4 && (server[1] as number) >>> 24 === 127;
  const clientText = options.clientAddress ?? (isLoopback ? LOOPBACK_CLIENTS : anyAddress(server));
  const range = ClientAddresses.parse(clientText);
  if (range === undefined || range.family !== familyOf(server)) {
    throw new LoadError(
      `Clients cannot send from ${JSON.stringify(clientText)}: name an IP address of the server's family, or an IPv4 range such as 127.1.0.0/16.`,
    );
  }
  return {
    server,
    hostname: literal === undefined ? url.host : undefined,
    transport: url.transport,
    clientAddresses: new ClientAddresses(range, random),
    peerAddress: options.mode === 'raw' ? resolveRawPeer(options, url) : resolvePeer(options, server),
  };
}

function resolvePeer(options: LoadOptions, server: AddressWords): AddressWords {
  const text = options.peerAddress ?? (familyOf(server) === IPV4 ? '127.0.0.1' : '::1');
  const address = parseIp(text);
  if (address === undefined) {
    throw new LoadError(`Peers cannot be at ${JSON.stringify(text)}: name an IP address of this machine.`);
  }
  return address;
}

/** A forwarder has been told where its peer is, and so the generator has to be. */
function resolveRawPeer({ peerAddress = '', peers = 1 }: LoadOptions, { transport }: TurnUrl): AddressWords {
  const address = parseTransportAddress(peerAddress);
  if (address === undefined || portOf(address) === 0) {
    throw new LoadError(
      `The peer of a forwarder cannot be at ${JSON.stringify(peerAddress)}: name the address and port that it was started with, such as 127.0.0.1:4001, as the peer address.`,
    );
  }
  if (transport !== 'udp' || peers !== 1) {
    throw new LoadError('A forwarder is loaded over UDP and with one peer: leave out other transports and more peers.');
  }
  return address;
}

async function resolveName(name: string): Promise<AddressWords> {
  try {
    const { address } = await lookup(name);
    return parseIp(address) as AddressWords;
  } catch (error) {
    throw new LoadError(`The address of ${name} is not known (${(error as Error).message}).`);
  }
}

function anyAddress(server: AddressWords): string {
  return familyOf(server) === IPV4 ? '0.0.0.0' : '::';
}
