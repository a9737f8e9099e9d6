import type { Instant } from '../../../src/base/clock.ts';
import type { AddressWords } from '../../../src/base/socket-address.ts';
import type { ClientTransport } from '../../../src/contract/ids.ts';
import type { Sender } from './judge-authentication.ts';
import type { ModelAllocation, ModelRelay } from './model-allocation.ts';
import type { Verdict } from './verdict.ts';

/** A request that reached the server, and what may be answered. */
export interface PendingRequest {
  readonly bytes: Uint8Array;
  readonly method: number;
  readonly verdict: Verdict;
  readonly socket: number;
  readonly client: AddressWords;
  readonly transport: ClientTransport;
  readonly tuple: string;
  /** In hexadecimal digits. */
  readonly transaction: string;
  readonly sender: Sender;
  readonly receivedAt: Instant;
  /** The allocation on the 5-tuple when the request came. */
  readonly allocation: ModelAllocation | undefined;
}

/** What an input must result in. With `isRequired` false, nothing is right too. */
export type Expectation =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'answer'; readonly request: PendingRequest }
  | {
      readonly kind: 'to-peer';
      readonly isRequired: boolean;
      readonly allocation: ModelAllocation;
      readonly relay: ModelRelay;
      readonly peer: AddressWords;
      /** Whether the datagram must not be cut on its way. */
      readonly dontFragment: boolean;
      readonly payload: Uint8Array;
      /** Bytes of the message that it comes in. */
      readonly messageBytes: number;
    }
  | {
      readonly kind: 'to-client';
      readonly isRequired: boolean;
      readonly allocation: ModelAllocation;
      readonly peer: AddressWords;
      /** The channels on which it may come, and 0 for a Data indication. */
      readonly channels: readonly number[];
      /** Undefined for an ICMP error, which has none. */
      readonly payload: Uint8Array | undefined;
    };

export const NOTHING_EXPECTED: Expectation = { kind: 'nothing' };
