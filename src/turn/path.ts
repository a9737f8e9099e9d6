import type { Brand } from '../base/brand.ts';
import type { AddressWords } from '../base/socket-address.ts';
import type { ClientTransport } from '../contract/ids.ts';

/**
 * How clients reach the server: a UDP listener, or one stream connection. With the client's address it is the 5-tuple of
 * RFC 8656 §2. The shell chooses the numbers, unsigned 32-bit ones; a number may be used anew after `removeClientSocket`.
 */
export type ClientSocketId = Brand<number, 'ClientSocketId'>;

/** The UDP socket of one relayed transport address: a small dense number that the server chooses. */
export type RelaySocketId = Brand<number, 'RelaySocketId'>;

/** What the server knows of a client socket. */
export interface ClientSocket {
  readonly id: ClientSocketId;
  readonly transport: ClientTransport;
  /** Where it listens, or the near end of the connection. */
  readonly local: AddressWords;
  /** TCP or TLS: messages are frames, ChannelData is padded, there is one client. */
  readonly isStream: boolean;
}
