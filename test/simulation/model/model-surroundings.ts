import type { Hashes } from '../../../src/base/hash.ts';
import type { AddressWords } from '../../../src/base/socket-address.ts';
import type { CredentialBook } from '../clients/credential-book.ts';
import type { Scenario } from '../scenario.ts';
import type { Topology } from '../topology.ts';
import type { NonceRegister } from './nonce-register.ts';
import type { RelayRegister } from './relay-register.ts';
import type { ReservationRegister } from './reservation-register.ts';
import type { UsageModel } from './usage-model.ts';

/** What the models of all workers share. */
export interface ModelSurroundings {
  readonly scenario: Scenario;
  readonly topology: Topology;
  readonly hashes: Hashes;
  readonly book: CredentialBook;
  readonly nonces: NonceRegister;
  readonly reservations: ReservationRegister;
  readonly relayRegister: RelayRegister;
  readonly usage: UsageModel;
  /** How late a timer may be, with what comes from several timers, one after the other. */
  readonly latenessMs: number;
  /** Whether nobody may be sent anything at this address and port. */
  isDenied(peer: AddressWords): boolean;
  /** Whether nobody may be sent anything at any port of this IP address. */
  isDeniedAltogether(peer: AddressWords): boolean;
  /** How many allocations of a username the models know to live, and how many the servers hold. */
  countAllocations(username: string): { readonly live: number; readonly counted: number };
  /** How the payload ledger knows the client at an address. */
  clientName(address: AddressWords): string;
}
