import type { UnixMs } from '../base/clock.ts';
import type { AddressWords } from '../base/socket-address.ts';
import type { AccountId, ClientTransport, KeyUid, Username } from './ids.ts';
import type { TrafficTotals } from './traffic-totals.ts';

/** Which of an account's live allocations are meant: those that every member fits that there is. */
export interface AllocationFilter {
  readonly keyUid?: KeyUid;
  /** Empty means those without one. */
  readonly customIdentifier?: string;
  readonly username?: Username;
  readonly transport?: ClientTransport;
  /** With port 0, whatever the port is. */
  readonly client?: AddressWords;
  /** One of the relayed transport addresses; with port 0, whatever the port is. */
  readonly relay?: AddressWords;
  /** An IP address that the allocation has a permission for. */
  readonly peer?: AddressWords;
}

/** Asks one worker for a slice of its live allocations. */
export interface AllocationQuery {
  readonly accountId: AccountId;
  readonly filter: AllocationFilter;
  /** The number to begin at: 0, then the `next` of the slice before. */
  readonly from: number;
  /** Rows of the slice, at most. */
  readonly rowsMax: number;
  /** Allocations that have not changed since this revision are told by their rows alone; -1 describes all. */
  readonly changedAfter: number;
}

/** What is known of a live allocation, its traffic apart. Addresses are in their canonical text. */
export interface AllocationRecord {
  readonly username: Username;
  readonly keyUid: KeyUid;
  /** Empty when the credential has none. */
  readonly customIdentifier: string;
  readonly transport: ClientTransport;
  readonly clientAddress: string;
  readonly relayAddresses: readonly string[];
  /** IP addresses that it has permissions for, the first of them. */
  readonly peers: readonly string[];
  /** How many they are in all. */
  readonly peerCount: number;
  readonly startedAt: UnixMs;
  /** When it ends unless it is refreshed. */
  readonly expiresAt: UnixMs;
  readonly credentialExpiresAt: UnixMs;
}

/**
 * What an allocation has moved since its start, as usage counts it, and how fast: on average over the time since the last but
 * one collection of usage, or since its start, and at least over a second.
 */
export interface AllocationTraffic extends TrafficTotals {
  readonly ingressBitsPerSecond: number;
  readonly ingressPacketsPerSecond: number;
  readonly egressBitsPerSecond: number;
  readonly egressPacketsPerSecond: number;
}

/** Where a row of a slice has what; the order of the traffic is that of `readTraffic`. */
export const ROW_NUMBER = 0;
export const ROW_SERIAL = 1;
export const ROW_TRAFFIC = 2;
/** Numbers of one row. */
export const ROW_WIDTH = 10;

/** Some of a worker's live allocations, in the order of their numbers. */
export interface AllocationSlice {
  /** Tells a worker from its predecessors: 12 hexadecimal digits. */
  readonly incarnation: string;
  /** `ROW_WIDTH` numbers for each allocation. */
  readonly rows: Float64Array<ArrayBuffer>;
  /** Those that have changed, with the places of their rows. */
  readonly records: readonly { readonly place: number; readonly record: AllocationRecord }[];
  /** Where the next slice begins; undefined behind the last. */
  readonly next: number | undefined;
  /** What `changedAfter` may be when the same is read again: it then tells whatever changes from now on. */
  readonly revision: number;
}

/** One allocation with everything that belongs to it. */
export interface AllocationDetail {
  readonly record: AllocationRecord;
  readonly traffic: AllocationTraffic;
  readonly relays: readonly { readonly address: string; readonly expiresAt: UnixMs }[];
  readonly permissions: readonly { readonly peer: string; readonly expiresAt: UnixMs }[];
  readonly channels: readonly { readonly number: number; readonly peer: string; readonly expiresAt: UnixMs }[];
}

/** One allocation of a worker: a serial is never used again, unlike a number. */
export interface AllocationRef {
  readonly number: number;
  readonly serial: number;
}

/** The traffic in a row that begins at `at`. */
export function readTraffic(rows: Float64Array, at: number): AllocationTraffic {
  const from = at + ROW_TRAFFIC;
  return {
    ingressBytes: rows[from] as number,
    ingressPackets: rows[from + 1] as number,
    egressBytes: rows[from + 2] as number,
    egressPackets: rows[from + 3] as number,
    ingressBitsPerSecond: rows[from + 4] as number,
    ingressPacketsPerSecond: rows[from + 5] as number,
    egressBitsPerSecond: rows[from + 6] as number,
    egressPacketsPerSecond: rows[from + 7] as number,
  };
}
