import type { Clock, Instant, UnixMs } from '../base/clock.ts';
import type { Hashes } from '../base/hash.ts';
import type { Random } from '../base/random.ts';
import type { Change } from '../contract/change.ts';
import type { InstallationKeys } from '../contract/credential.ts';
import type { DeniedPeer } from '../contract/denied-peer.ts';
import type { AccountId, KeyUid, SharedSecretId } from '../contract/ids.ts';
import type { LimitOverrides } from '../contract/limits.ts';
import type { LiveWorkers } from '../contract/live-workers.ts';
import type { UsageDelta } from '../contract/usage-delta.ts';
import type { AuditTable } from './audit-entry.ts';
import type { ConnectionTestTable } from './connection-test.ts';
import type { ControlSettings } from './control-settings.ts';
import type { EgressTable } from './egress-month.ts';
import type { PeoplePorts } from './people/people-ports.ts';
import type { PeopleTables } from './people/person.ts';
import type { PersonPrincipal } from './people/person-principal.ts';
import type { Permission } from './permission.ts';
import type { RevocableCredential } from './revocable-credential.ts';
import type { UsageDayPage, UsageDayRow } from './usage-export.ts';
import type { OutcomeSums, UsageLevel, UsagePlan, UsageSums } from './usage-plan.ts';
import type { WebhookOutbox, WebhookTable } from './webhook.ts';

/** What the use cases need of the world. Each use case is a function `verb(ports, …)`. */
export interface ControlPorts extends PeoplePorts {
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly random: Random;
  readonly hashes: Hashes;
  /** The current keys first; the others are still accepted. */
  readonly installationKeys: readonly [InstallationKeys, ...InstallationKeys[]];
  readonly settings: ControlSettings;
  /** Signing secrets of TURN keys, under the current keys of the installation. */
  readonly signingSecrets: { of(keyUid: KeyUid): Uint8Array };
  readonly verifiedKeys: KeyCache;
  readonly tokenUses: TokenUseNotes;
  readonly live: LiveWorkers;
}

/** A back end's long-term identity, without its API token. */
export interface TurnKey {
  readonly uid: KeyUid;
  readonly accountId: AccountId;
  /** Chosen by people, shown to people; may be empty. */
  readonly name: string;
  readonly createdAt: UnixMs;
  readonly modifiedAt: UnixMs;
}

/** A key with what proves its holder: the SHA-256 hash of its API token, in hexadecimal digits. */
export interface StoredKey {
  readonly key: TurnKey;
  readonly tokenHash: string;
  /** The token before it, once the key was rolled: good before `validUntil`. */
  readonly previous: PreviousToken | undefined;
}

export interface PreviousToken {
  readonly tokenHash: string;
  readonly validUntil: UnixMs;
}

/** A secret that a key shares with a program which makes its own credentials, without what is secret of it. */
export interface SharedSecret {
  readonly id: SharedSecretId;
  readonly keyUid: KeyUid;
  /** Chosen by people, shown to people; may be empty. */
  readonly name: string;
  readonly createdAt: UnixMs;
}

export interface StoredSharedSecret {
  readonly secret: SharedSecret;
  /** As `sealSharedSecret` made it. */
  readonly sealed: string;
}

export interface Account {
  readonly id: AccountId;
  readonly name: string;
  readonly createdAt: UnixMs;
}

/** The installation's token of the management API. */
export interface ApiToken {
  /** 32 lower-case hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  /** SHA-256, in hexadecimal digits. */
  readonly tokenHash: string;
  readonly createdAt: UnixMs;
}

/** A token of the management API that belongs to one account. */
export interface AccountToken {
  /** 32 lower-case hexadecimal digits. */
  readonly id: string;
  readonly accountId: AccountId;
  /** Chosen by people, shown to people; may be empty. */
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly createdAt: UnixMs;
  /** From this moment on it is refused; undefined when it lasts until it is deleted. */
  readonly expiresAt: UnixMs | undefined;
  /** To the minute; undefined before the first use. */
  readonly lastUsedAt: UnixMs | undefined;
}

/** Who calls the management API. */
export type Principal =
  /** The installation's admin token: every permission on every account. */
  | { readonly kind: 'installation'; readonly tokenId: string }
  /** An account's token: its permissions, on that account alone. */
  | ({ readonly kind: 'account'; readonly tokenId: string } & Pick<
      AccountToken,
      'accountId' | 'name' | 'permissions' | 'expiresAt'
    >)
  | PersonPrincipal;

/** What a database is the database of. */
export interface Installation {
  /** This node in usage rows. */
  readonly nodeId: string;
  readonly defaultAccountId: AccountId;
  /** Tells one master secret from another without revealing either. */
  readonly masterSecretFingerprint: string;
  /** The longest lifetime of a credential that was ever allowed. */
  readonly longestTtlSeconds: number;
  readonly createdAt: UnixMs;
  /** When a start first came to its end and told what it had made; undefined until then. */
  readonly startedAt: UnixMs | undefined;
}

/** A change with its place in the log: sequence numbers are dense, and visible in their order. */
export interface LoggedChange {
  readonly seq: number;
  readonly change: Change;
}

/** The tables, as one transaction or the store itself sees them. Everything rejects with a `StoreError` at an operational failure. */
export interface StoreSession extends PeopleTables {
  readonly installation: InstallationTable;
  readonly accounts: AccountTable;
  readonly tokens: TokenTable;
  readonly accountTokens: AccountTokenTable;
  readonly keys: KeyTable;
  readonly sharedSecrets: SharedSecretTable;
  readonly revocations: RevocationTable;
  readonly changeLog: ChangeLogTable;
  readonly usage: UsageTable;
  readonly limits: LimitTable;
  readonly egress: EgressTable;
  readonly deniedPeers: DeniedPeerTable;
  readonly webhooks: WebhookTable;
  readonly webhookOutbox: WebhookOutbox;
  readonly connectionTests: ConnectionTestTable;
  readonly nodes: NodeTable;
  readonly audit: AuditTable;
}

/** The database. What a method wrote is durable when its promise resolves. */
export interface Store extends StoreSession {
  /**
   * Runs `work` in one transaction: all of what it writes through its session becomes durable, or none of it.
   * `work` uses its session alone; the store itself would wait for the transaction to end.
   */
  transact<Result>(work: (session: StoreSession) => Promise<Result>): Promise<Result>;
  /** Runs `work`, which only reads, on one unchanging state of the database, without keeping anyone from writing. */
  view<Result>(work: (session: StoreSession) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

export interface InstallationTable {
  read(): Promise<Installation | undefined>;
  /** Writes the one row, or replaces it. */
  put(installation: Installation): Promise<void>;
}

export interface AccountTable {
  find(id: AccountId): Promise<Account | undefined>;
  /** Newest first; equally old ones by id. */
  list(offset: number, limit: number): Promise<readonly Account[]>;
  count(): Promise<number>;
  insert(account: Account): Promise<void>;
}

export interface TokenTable {
  findByHash(tokenHash: string): Promise<ApiToken | undefined>;
  /** Adds the token, or replaces the one of the same id. */
  put(token: ApiToken): Promise<void>;
}

export interface AccountTokenTable {
  find(id: string): Promise<AccountToken | undefined>;
  /** Expired tokens are found as well. */
  findByHash(tokenHash: string): Promise<AccountToken | undefined>;
  /** Newest first; equally old ones by id. */
  list(accountId: AccountId, offset: number, limit: number): Promise<readonly AccountToken[]>;
  count(accountId: AccountId): Promise<number>;
  /** `tokenHash` is the SHA-256 hash of the token, in hexadecimal digits: all that is kept of it. */
  insert(token: AccountToken, tokenHash: string): Promise<void>;
  /** Writes the name, the permissions and the expiry of a token. */
  update(token: AccountToken): Promise<void>;
  /** Does nothing when there is no such token any more. */
  noteUse(id: string, usedAt: UnixMs): Promise<void>;
  remove(id: string): Promise<void>;
}

/** Live keys; a deleted one is kept in the database for the sake of its usage, and seen by no method. */
export interface KeyTable {
  find(uid: KeyUid): Promise<StoredKey | undefined>;
  /** The key whose token, or the one before it, has this hash; whether that is still good is another question. */
  findByToken(tokenHash: string): Promise<StoredKey | undefined>;
  /** Newest first; equally old ones by uid. */
  list(accountId: AccountId, offset: number, limit: number): Promise<readonly TurnKey[]>;
  count(accountId: AccountId): Promise<number>;
  insert(key: StoredKey): Promise<void>;
  /** @returns whether the key was there. */
  rename(uid: KeyUid, name: string, modifiedAt: UnixMs): Promise<boolean>;
  /** Writes a key's token, the one before it, and when the key was modified. @returns whether the key was there. */
  replaceToken(key: StoredKey): Promise<boolean>;
  /** @returns whether the key was there. */
  markDeleted(uid: KeyUid, deletedAt: UnixMs): Promise<boolean>;
}

/** The shared secrets of live keys: few, so that all of them are read at once. */
export interface SharedSecretTable {
  /** Newest first; equally old ones by id. */
  listAll(): Promise<readonly StoredSharedSecret[]>;
  list(keyUid: KeyUid): Promise<readonly StoredSharedSecret[]>;
  /** Of all keys of an account together. */
  countOfAccount(accountId: AccountId): Promise<number>;
  insert(secret: StoredSharedSecret): Promise<void>;
  /** Replaces what a secret is sealed as. */
  reseal(id: SharedSecretId, sealed: string): Promise<void>;
  remove(id: SharedSecretId): Promise<void>;
  removeOfKey(keyUid: KeyUid): Promise<void>;
}

/** Revocations of what has not expired. */
export interface RevocationTable {
  /** Records a change of kind `username-revoked` or `credentials-revoked`. @returns false when it was already recorded. */
  put(revocation: Revocation, revokedAt: UnixMs): Promise<boolean>;
  /** Whether a credential is revoked, by itself or with others. */
  covers(credential: RevocableCredential): Promise<boolean>;
  /** Custom identifiers of a key that bulk revocations name which have not expired at `now`. */
  countIdentifiers(keyUid: KeyUid, now: UnixMs): Promise<number>;
  /** Forgets at most `limit` of those that expired before `now`. @returns how many. */
  prune(now: UnixMs, limit: number): Promise<number>;
}

export type Revocation = Extract<Change, { kind: 'username-revoked' | 'credentials-revoked' }>;

export interface ChangeLogTable {
  /** Gives the change the next number. Only inside a transaction, with the row that it tells of. */
  append(change: Change, at: UnixMs): Promise<number>;
  /** The number of the latest change; 0 when there was none. */
  lastSeq(): Promise<number>;
  /**
   * The changes after `seq` in their order, at most `limit`.
   * @returns undefined when some of them have been pruned: a snapshot must be taken instead.
   */
  readAfter(seq: number, limit: number): Promise<readonly LoggedChange[] | undefined>;
  /**
   * What the log comes to for someone who knows nothing: live keys, their shared secrets and limits, and revocations that have not
   * expired at `now`, as of one moment. It is handed over in parts, since there may be millions; revoked usernames may be of
   * later moments as well.
   * @returns the number of that moment, from which the log continues.
   */
  snapshot(now: UnixMs, onChanges: (changes: readonly Change[]) => void): Promise<number>;
  /** Forgets at most `limit` entries older than `before`, the oldest first. @returns how many. */
  prune(before: UnixMs, limit: number): Promise<number>;
}

export interface UsageTable {
  /**
   * Adds a delta's rows and outcomes, unless it or a later one of the same (node, boot, worker) was added before. Atomic. No two
   * rows of a delta have the same key, username and transport, and a username has one custom identifier.
   * @returns whether it was added.
   */
  apply(delta: UsageDelta, at: UnixMs): Promise<boolean>;
  /** Sums up what a plan asks for, in its order; what the order leaves open is ordered by the dimensions. */
  query(plan: UsagePlan): Promise<readonly UsageSums[]>;
  /** Sums up outcomes of allocations likewise; the plan orders by dimensions and the count. */
  queryOutcomes(plan: UsagePlan): Promise<readonly OutcomeSums[]>;
  /** One page of the days' rows of an account, in one order. */
  readDay(page: UsageDayPage): Promise<readonly UsageDayRow[]>;
  /** Every row of a minute, for tests and tools; analytics has queries of its own. */
  readMinute(minute: UnixMs): Promise<readonly UsageMinuteRow[]>;
  /** Forgets at most `limit` rows of a level, of usage and of outcomes, whose buckets began before then. @returns how many. */
  prune(level: UsageLevel, before: UnixMs, limit: number): Promise<number>;
  /** Forgets which delta was the latest, of at most `limit` workers whose latest was added before then. @returns how many. */
  pruneSources(before: UnixMs, limit: number): Promise<number>;
}

/** Limits that accounts and keys have of their own. */
export interface LimitTable {
  /** Those of an account's keys, and by undefined those of the account itself. */
  findOfAccount(accountId: AccountId): Promise<ReadonlyMap<KeyUid | undefined, LimitOverrides>>;
  /** Takes the place of what was there; nothing is kept of none. */
  put(accountId: AccountId, keyUid: KeyUid | undefined, overrides: LimitOverrides): Promise<void>;
}

/** Which peers were denied to which key, at most `DENIED_PEERS_PER_KEY_MAX` of each: those denied last. */
export interface DeniedPeerTable {
  /** Adds to what was counted before. No two rows have the same key, address and rule. */
  add(rows: readonly DeniedPeer[]): Promise<void>;
  /** The peer denied last first. */
  list(keyUid: KeyUid, offset: number, limit: number): Promise<readonly StoredDeniedPeer[]>;
  count(keyUid: KeyUid): Promise<number>;
  /** Of all live keys of an account, those denied since then, at most `limit`: the peer denied last first. */
  listRecent(accountId: AccountId, since: UnixMs, limit: number): Promise<readonly StoredDeniedPeer[]>;
  /** Forgets at most `limit` of those last denied before then. @returns how many. */
  prune(before: UnixMs, limit: number): Promise<number>;
}

/** A denied peer with all that is known of it. */
export interface StoredDeniedPeer extends DeniedPeer {
  /** To the interval at which usage is reported. */
  readonly firstDeniedAt: UnixMs;
}

/** The relay nodes that usage came through, with what an operator calls their places. */
export interface NodeTable {
  /** Adds the node, or replaces its labels. */
  put(node: RelayNode): Promise<void>;
}

/** A node's own labels, in Cloudflare's words for them; each may be empty. */
export interface RelayNode {
  readonly id: string;
  readonly city: string;
  readonly code: string;
  readonly country: string;
  readonly region: string;
}

/** Usage of one username in one minute through one node and transport. */
export interface UsageMinuteRow extends UsageCounts {
  readonly minute: UnixMs;
  readonly node: string;
}
type UsageCounts = UsageDelta['rows'][number];

/** Tells nodes that the change log grew. A hint may be lost or repeated; the log is the truth. */
export interface Bus {
  publish(hint: ChangeHint): void;
  /** @returns what ends the subscription. */
  subscribe(onHint: (hint: ChangeHint) => void): () => void;
  close(): Promise<void>;
}

export interface ChangeHint {
  /** The log has at least this number. */
  readonly seq: number;
}

/** Keys whose token was verified a moment ago, so that the next request with that token needs no read of the store. */
export interface KeyCache {
  find(uid: KeyUid, now: Instant): StoredKey | undefined;
  /** By the hash of its API token, the one before its last roll too. */
  findByToken(tokenHash: string, now: Instant): StoredKey | undefined;
  /** Changes whenever a key is dropped: what was read before may be out of date. */
  readonly generation: number;
  /** Remembers a key that was read at `generation`; ignored when a key has been dropped since. */
  put(key: StoredKey, generation: number, now: Instant): void;
  drop(uid: KeyUid): void;
}

/** Notes when account tokens are used, for people to see which ones nobody needs. */
export interface TokenUseNotes {
  /** Returns at once; the note is written behind it, or left out when there was one a moment ago. */
  note(tokenId: string): void;
}
