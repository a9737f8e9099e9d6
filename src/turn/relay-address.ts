import type { AddressWords } from '../base/socket-address.ts';

/** An address of this host on which relayed transport addresses are allocated. */
export interface RelayAddress {
  /** What sockets bind: an address of one interface, never a wildcard. The port does not matter. */
  readonly bind: AddressWords;
  /** What clients and peers are told: `bind` itself, or its public side where a NAT maps one to one. Of the same family. */
  readonly advertised: AddressWords;
}
