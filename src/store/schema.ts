import type { Generated } from 'kysely';
import type { Actor } from '../control/actor.ts';
import type { PeopleRows } from './people-rows.ts';

/*
 * The tables, as Kysely sees them. Moments are milliseconds since 1970, hashes are hexadecimal text, so that every
 * query reads the same on SQLite and on PostgreSQL.
 */

export interface Schema extends PeopleRows {
  installation: InstallationRow;
  accounts: AccountRow;
  api_tokens: ApiTokenRow;
  account_tokens: AccountTokenRow;
  turn_keys: TurnKeyRow;
  shared_secrets: SharedSecretRow;
  change_sequence: ChangeSequenceRow;
  change_log: ChangeLogRow;
  username_revocations: UsernameRevocationRow;
  credential_revocations: CredentialRevocationRow;
  usage_minutes: UsageMinuteTableRow;
  usage_hours: UsageHourTableRow;
  usage_days: UsageDayTableRow;
  usage_key_minutes: UsageKeyMinuteRow;
  usage_key_hours: UsageKeyHourRow;
  usage_key_days: UsageKeyDayRow;
  usage_identifier_days: UsageIdentifierDayRow;
  usage_sources: UsageSourceRow;
  outcome_minutes: OutcomeRow & Pick<UsageMinuteTableRow, 'minute'>;
  outcome_hours: OutcomeRow & Pick<UsageHourTableRow, 'hour'>;
  outcome_days: OutcomeRow & Pick<UsageDayTableRow, 'day'>;
  nodes: NodeTableRow;
  audit_entries: AuditEntryRow;
  limit_overrides: LimitOverridesRow;
  egress_months: EgressMonthRow;
  denied_peers: DeniedPeerRow;
  webhooks: WebhookRow;
  webhook_outbox: WebhookOutboxRow;
  connection_tests: ConnectionTestRow;
  connection_test_results: ConnectionTestResultRow;
}

/** One row, whose id is 1. */
export interface InstallationRow {
  id: number;
  node_id: string;
  default_account_id: string;
  master_secret_fingerprint: string;
  longest_ttl_seconds: number;
  created_at: number;
  /** Null until a start has come to its end. */
  started_at: number | null;
}

export interface AccountRow {
  id: string;
  name: string;
  created_at: number;
}

export interface ApiTokenRow {
  id: string;
  name: string;
  token_hash: string;
  created_at: number;
}

export interface AccountTokenRow {
  id: string;
  account_id: string;
  name: string;
  token_hash: string;
  /** Their names, as a JSON array. */
  permissions: string;
  created_at: number;
  expires_at: number | null;
  last_used_at: number | null;
}

export interface TurnKeyRow {
  uid: string;
  account_id: string;
  name: string;
  token_hash: string;
  created_at: number;
  modified_at: number;
  /** Null in both until the key is rolled. */
  previous_token_hash: string | null;
  previous_token_until: number | null;
  /** A deleted key stays, for the sake of its usage; its uid is never given again. */
  deleted_at: number | null;
}

export interface SharedSecretRow {
  id: string;
  key_uid: string;
  name: string;
  /** As `sealSharedSecret` made it. */
  sealed: string;
  created_at: number;
}

/**
 * One row, whose id is 1. Taking the next number locks it until the transaction ends, so that numbers become visible
 * in their order: someone who has read number 5 will never see a number 4 appear.
 */
export interface ChangeSequenceRow {
  id: number;
  seq: number;
}

export interface ChangeLogRow {
  seq: number;
  /** A `Change` as JSON. */
  change: string;
  logged_at: number;
}

export interface UsernameRevocationRow {
  username: string;
  key_uid: string;
  expires_at: number;
  revoked_at: number;
}

export interface CredentialRevocationRow {
  key_uid: string;
  /** Empty for every credential of the key. */
  custom_identifier: string;
  issued_before: number;
  expires_at: number;
  revoked_at: number;
}

/** Usage of one username in one minute through one node and transport. */
export interface UsageMinuteTableRow {
  minute: number;
  key_uid: string;
  username: string;
  transport: string;
  node: string;
  account_id: string;
  custom_identifier: string;
  ingress_bytes: number;
  ingress_packets: number;
  egress_bytes: number;
  egress_packets: number;
  allocations_started: number;
  allocation_ms: number;
}

/** The same in one hour, and in one day: the sums of the minutes, kept up with them. */
export interface UsageHourTableRow extends Omit<UsageMinuteTableRow, 'minute'> {
  hour: number;
}

export interface UsageDayTableRow extends Omit<UsageMinuteTableRow, 'minute'> {
  day: number;
}

type UsageSourceColumns = 'username' | 'custom_identifier' | 'transport' | 'node';

/** The same summed up over usernames and more: what is not told apart is left out. */
export type UsageKeyMinuteRow = Omit<UsageMinuteTableRow, UsageSourceColumns>;
export type UsageKeyHourRow = Omit<UsageHourTableRow, 'username' | 'custom_identifier'>;
export type UsageKeyDayRow = Omit<UsageDayTableRow, 'username' | 'custom_identifier'>;
export type UsageIdentifierDayRow = Omit<UsageDayTableRow, 'username' | 'transport' | 'node'>;
/** How often something became of a key's allocations in one bucket of time, through one node and transport. */
export interface OutcomeRow extends Pick<UsageMinuteTableRow, 'account_id' | 'key_uid' | 'transport' | 'node'> {
  outcome: string;
  occurrences: number;
}

/** A peer that a key's credentials wanted to reach and nothing is relayed to. */
export interface DeniedPeerRow {
  key_uid: string;
  address: string;
  rule: string;
  /** Empty unless the rule is `deny_list`. */
  range: string;
  denials: number;
  first_denied_at: number;
  last_denied_at: number;
}

/** Where an account's events are sent to, and how that goes. */
export interface WebhookRow {
  id: string;
  account_id: string;
  url: string;
  /** Their names, as a JSON array. */
  events: string;
  /** Numbers of bytes, as a JSON array. */
  thresholds: string;
  /** 1 or 0. */
  enabled: number;
  created_at: number;
  modified_at: number;
  /** The secrets follow from it; none is kept. */
  secret_generation: number;
  previous_secret_until: number | null;
  last_status: number | null;
  last_error: string | null;
  failing_since: number | null;
  failures: number;
  retry_at: number;
  events_dropped: number;
}

/** An event that waits to be delivered. */
export interface WebhookOutboxRow {
  id: string;
  webhook_id: string;
  payload: string;
  queued_at: number;
  attempts: number;
  due_at: number;
}

export interface ConnectionTestRow {
  id: string;
  account_id: string;
  key_uid: string;
  token_hash: string;
  created_at: number;
  expires_at: number;
  uses: number;
  last_opened_at: number | null;
  results: number;
}

export interface ConnectionTestResultRow {
  test_id: string;
  /** 1 for the first of a test. */
  number: number;
  received_at: number;
  /** JSON, in the words of the API. */
  report: string;
}

/** What an operator calls the place of a node. */
export interface NodeTableRow {
  id: string;
  city: string;
  code: string;
  country: string;
  region: string;
}

/** Who did what. */
export interface AuditEntryRow {
  /** Given by the database, in the order of writing, and never again. */
  number: Generated<number>;
  at: number;
  /** Null for what concerns the installation alone. */
  account_id: string | null;
  action: string;
  resource_id: string;
  /** A JSON object. */
  details: string;
  actor_kind: Actor['kind'];
  actor_id: string;
  actor_name: string;
  actor_address: string;
}

/** The latest delta that was added from each worker of each run of a node. */
export interface UsageSourceRow {
  node: string;
  boot: string;
  worker: number;
  last_n: number;
  applied_at: number;
}

/** Limits of an account, or of a key. */
export interface LimitOverridesRow {
  account_id: string;
  /** Empty for the account's own. */
  key_uid: string;
  /** `LimitOverrides` as JSON. */
  limits: string;
}

/** What an account, or a key, has sent to clients in a calendar month. */
export interface EgressMonthRow {
  month: number;
  account_id: string;
  /** Empty for the account with all its keys. */
  key_uid: string;
  egress_bytes: number;
  is_soft_reached: number;
  is_blocked: number;
}
