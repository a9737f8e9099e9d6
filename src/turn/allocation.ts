import type { Instant } from '../base/clock.ts';
import type { AddressWords, Family } from '../base/socket-address.ts';
import type { AccountId } from '../contract/ids.ts';
import type { ClientSocket } from './path.ts';
import type { Respondent, Signature } from './respondent.ts';
import type { User } from './user.ts';

/** What an allocation is that no packet needs; what packets need is in the columns of `AllocationTable`. */
export interface Allocation {
  readonly user: User;
  readonly accountId: AccountId;
  readonly socket: ClientSocket;
  /** The transaction that created it: the same one again gets the same answer (RFC 8656 §7.2). */
  readonly transactionId: Uint8Array;
  /** Its sockets set DF. */
  readonly dontFragment: boolean;
  /** While its relay sockets are being opened. */
  pending: PendingAllocate | undefined;
  /** The token for the port next to its own, when the client asked for it. */
  reservationToken: Uint8Array | undefined;
  /** Why a dual allocation has only one address (RFC 8656 §7.2 step 9). */
  addressError: AddressError | undefined;
  permissionCount: number;
  channelCount: number;
}

export interface AddressError {
  readonly family: Family;
  readonly code: number;
}

/** Which port numbers a client wants (EVEN-PORT, RFC 8656 §18.7). */
export type PortWish = 'any' | 'even' | 'even-and-next';

/** An Allocate request that waits for its relay sockets. */
export interface PendingAllocate extends Respondent {
  readonly client: AddressWords;
  readonly signature: Signature;
  readonly requestLength: number;
  readonly lifetimeMs: number;
  readonly portWish: PortWish;
  /** When it is given up. */
  readonly deadline: Instant;
  /** Ports that may still be tried when one is in use; none for the port behind a token. */
  attemptsLeft: number;
  /** The claim of a port from another worker that is under way. */
  claim: number | undefined;
}
