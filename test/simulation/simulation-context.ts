import type { Hashes } from '../../src/base/hash.ts';
import type { ClientPath } from './clients/client-path.ts';
import type { SimulatedCredential } from './clients/credential-book.ts';
import type { SimulatedClient } from './clients/simulated-client.ts';
import type { TokenExchange } from './clients/token-exchange.ts';
import type { Draw } from './draw.ts';
import type { EventQueue } from './event-queue.ts';
import type { RelayRegister } from './model/relay-register.ts';
import type { Network } from './network/network.ts';
import type { PayloadLedger } from './payload-ledger.ts';
import type { Scenario } from './scenario.ts';
import type { Topology } from './topology.ts';
import type { Trace } from './trace.ts';

/** What clients and peers have in common: one time, one source of decisions, one network. */
export interface SimulationContext {
  readonly scenario: Scenario;
  readonly queue: EventQueue;
  readonly draw: Draw;
  readonly network: Network;
  readonly hashes: Hashes;
  readonly trace: Trace;
  readonly topology: Topology;
  readonly ledger: PayloadLedger;
  readonly relayRegister: RelayRegister;
  readonly tokens: TokenExchange;
  /** A credential from the back end: usually a good one. */
  issueCredential(): SimulatedCredential;
  /** A way from the client to the server, from an address of its own. */
  openPath(client: SimulatedClient): ClientPath;
}
