import type { UnixMs } from '../base/clock.ts';
import type { AccountId, KeyUid } from '../contract/ids.ts';

/** A test of the way to the relay that a link lets somebody run who has no account here. */
export interface ConnectionTest {
  /** 32 lower-case hexadecimal digits. */
  readonly id: string;
  readonly accountId: AccountId;
  /** Whose credentials it is run with. */
  readonly keyUid: KeyUid;
  readonly createdAt: UnixMs;
  /** From then on the link opens nothing. */
  readonly expiresAt: UnixMs;
  /** How often the link was opened, each time for a credential. */
  readonly uses: number;
  readonly lastOpenedAt: UnixMs | undefined;
  /** How many results have come. */
  readonly results: number;
}

/** How one path to the relay went. */
export const PATH_OUTCOMES = ['works', 'unreachable', 'refused', 'no_data', 'stopped'] as const;

export type PathOutcome = (typeof PATH_OUTCOMES)[number];

export const CANDIDATE_TYPES = ['host', 'srflx', 'prflx', 'relay'] as const;
export const CANDIDATE_PROTOCOLS = ['udp', 'tcp'] as const;

/**
 * What somebody's browser says of its paths to the relay: nothing that is known to be true. It is kept and shown in the words in
 * which it came.
 */
export interface ConnectionTestReport {
  readonly user_agent: string;
  readonly paths: readonly PathReport[];
}

export interface PathReport {
  readonly url: string;
  readonly outcome: PathOutcome;
  readonly candidates: readonly CandidateReport[];
  readonly allocate_ms?: number;
  readonly round_trip_ms?: number;
  /** In a second. */
  readonly throughput_bits?: number;
  readonly error?: string;
}

export interface CandidateReport {
  readonly type: (typeof CANDIDATE_TYPES)[number];
  readonly protocol: (typeof CANDIDATE_PROTOCOLS)[number];
  readonly address?: string;
}

export interface ConnectionTestResult {
  readonly receivedAt: UnixMs;
  readonly report: ConnectionTestReport;
}

export interface ConnectionTestTable {
  find(id: string): Promise<ConnectionTest | undefined>;
  /** Expired tests are found as well. */
  findByHash(tokenHash: string): Promise<ConnectionTest | undefined>;
  /** Newest first; equally old ones by id. */
  list(accountId: AccountId, offset: number, limit: number): Promise<readonly ConnectionTest[]>;
  count(accountId: AccountId): Promise<number>;
  /** `tokenHash` is the SHA-256 hash of the link's token, in hexadecimal digits: all that is kept of it. */
  insert(test: ConnectionTest, tokenHash: string): Promise<void>;
  /** Counts one use more. */
  noteUse(id: string, openedAt: UnixMs): Promise<void>;
  /** Adds a result, and counts it. */
  addResult(id: string, result: ConnectionTestResult): Promise<void>;
  /** In the order in which they came. */
  listResults(id: string): Promise<readonly ConnectionTestResult[]>;
  /** Removes the test with its results. */
  remove(id: string): Promise<void>;
  /** Forgets at most `limit` of those that expired before then, with their results. @returns how many. */
  prune(before: UnixMs, limit: number): Promise<number>;
}
