/*
 * The tables, as Kysely sees them. Moments are milliseconds since 1970, hashes are hexadecimal text, so that every
 * query reads the same on SQLite and on PostgreSQL.
 */

export interface Schema {
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
  usage_sources: UsageSourceRow;
  nodes: NodeTableRow;
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

/** What an operator calls the place of a node. */
export interface NodeTableRow {
  id: string;
  city: string;
  code: string;
  country: string;
  region: string;
}

/** The latest delta that was added from each worker of each run of a node. */
export interface UsageSourceRow {
  node: string;
  boot: string;
  worker: number;
  last_n: number;
  applied_at: number;
}
