import type { Kysely } from 'kysely';
import type { Store, StoreSession } from '../control/ports.ts';
import { SqlAccountTable } from './account-table.ts';
import { SqlAccountTokenTable } from './account-token-table.ts';
import { SqlAuditTable } from './audit-table.ts';
import { SqlChangeLogTable } from './change-log-table.ts';
import { SqlConnectionTestTable } from './connection-test-table.ts';
import { SqlDeniedPeerTable } from './denied-peer-table.ts';
import { SqlEgressTable } from './egress-table.ts';
import { viewTransaction, writeTransaction } from './in-transaction.ts';
import { SqlInstallationTable } from './installation-table.ts';
import { SqlKeyTable } from './key-table.ts';
import { SqlLimitTable } from './limit-table.ts';
import { SqlNodeTable } from './node-table.ts';
import { SqlOneTimeTokenTable } from './one-time-token-table.ts';
import { SqlPasskeyTable } from './passkey-table.ts';
import { SqlPersonSessionTable } from './person-session-table.ts';
import { SqlPersonTable } from './person-table.ts';
import { SqlRevocationTable } from './revocation-table.ts';
import type { Schema } from './schema.ts';
import { SqlSharedSecretTable } from './shared-secret-table.ts';
import { SqlTokenTable } from './token-table.ts';
import { SqlUsageTable } from './usage-table.ts';
import { SqlWebhookOutboxTable } from './webhook-outbox-table.ts';
import { SqlWebhookTable } from './webhook-table.ts';

/** The {@link Store} on any database that Kysely speaks to, already migrated. */
export class SqlStore implements Store {
  readonly installation: StoreSession['installation'];
  readonly accounts: StoreSession['accounts'];
  readonly tokens: StoreSession['tokens'];
  readonly accountTokens: StoreSession['accountTokens'];
  readonly keys: StoreSession['keys'];
  readonly sharedSecrets: StoreSession['sharedSecrets'];
  readonly revocations: StoreSession['revocations'];
  readonly changeLog: StoreSession['changeLog'];
  readonly usage: StoreSession['usage'];
  readonly limits: StoreSession['limits'];
  readonly egress: StoreSession['egress'];
  readonly deniedPeers: StoreSession['deniedPeers'];
  readonly webhooks: StoreSession['webhooks'];
  readonly webhookOutbox: StoreSession['webhookOutbox'];
  readonly connectionTests: StoreSession['connectionTests'];
  readonly nodes: StoreSession['nodes'];
  readonly audit: StoreSession['audit'];
  readonly people: StoreSession['people'];
  readonly personSessions: StoreSession['personSessions'];
  readonly oneTimeTokens: StoreSession['oneTimeTokens'];
  readonly passkeys: StoreSession['passkeys'];
  readonly #db: Kysely<Schema>;
  readonly #reader: Kysely<Schema>;

  /** `reader` is for what only reads: the same database, where possible through a connection of its own. */
  constructor(db: Kysely<Schema>, reader: Kysely<Schema>) {
    this.#db = db;
    this.#reader = reader;
    this.installation = new SqlInstallationTable(db, reader);
    this.accounts = new SqlAccountTable(db, reader);
    this.tokens = new SqlTokenTable(db, reader);
    this.accountTokens = new SqlAccountTokenTable(db, reader);
    this.keys = new SqlKeyTable(db, reader);
    this.sharedSecrets = new SqlSharedSecretTable(db, reader);
    this.revocations = new SqlRevocationTable(db, reader);
    this.changeLog = new SqlChangeLogTable(db, reader);
    this.usage = new SqlUsageTable(db, reader);
    this.limits = new SqlLimitTable(db, reader);
    this.egress = new SqlEgressTable(db, reader);
    this.deniedPeers = new SqlDeniedPeerTable(db, reader);
    this.webhooks = new SqlWebhookTable(db, reader);
    this.webhookOutbox = new SqlWebhookOutboxTable(db, reader);
    this.connectionTests = new SqlConnectionTestTable(db, reader);
    this.nodes = new SqlNodeTable(db);
    this.audit = new SqlAuditTable(db, reader);
    this.people = new SqlPersonTable(db, reader);
    this.personSessions = new SqlPersonSessionTable(db, reader);
    this.oneTimeTokens = new SqlOneTimeTokenTable(db, reader);
    this.passkeys = new SqlPasskeyTable(db, reader);
  }

  transact<Result>(work: (session: StoreSession) => Promise<Result>): Promise<Result> {
    return writeTransaction(this.#db, (db) => work(new SqlStore(db, db)));
  }

  view<Result>(work: (session: StoreSession) => Promise<Result>): Promise<Result> {
    return viewTransaction(this.#reader, (db) => work(new SqlStore(db, db)));
  }

  async close(): Promise<void> {
    if (this.#reader !== this.#db) {
      await this.#reader.destroy();
    }
    await this.#db.destroy();
  }
}
