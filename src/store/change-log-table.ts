import { setImmediate } from 'node:timers/promises';
import type { Kysely, Selectable } from 'kysely';
import { assert } from '../base/assert.ts';
import type { UnixMs } from '../base/clock.ts';
import { SNAPSHOT_CHANGES_PER_READ } from '../base/limits.ts';
import type { Change } from '../contract/change.ts';
import type { AccountId, KeyUid, SharedSecretId, Username } from '../contract/ids.ts';
import type { LimitOverrides } from '../contract/limits.ts';
import { monthStart } from '../control/month-start.ts';
import type { ChangeLogTable, LoggedChange } from '../control/ports.ts';
import { describeBlock } from '../control/review-egress.ts';
import { SqlEgressTable } from './egress-table.ts';
import { viewTransaction } from './in-transaction.ts';
import { toKeyUid } from './limit-table.ts';
import type { Schema } from './schema.ts';

type LiveKey = Extract<Change, { kind: 'key-live' }>;

/** The only row's id in the table of the sequence. */
const ONLY = 1;

export class SqlChangeLogTable implements ChangeLogTable {
  readonly #db: Kysely<Schema>;
  readonly #reader: Kysely<Schema>;

  constructor(db: Kysely<Schema>, reader: Kysely<Schema>) {
    this.#db = db;
    this.#reader = reader;
  }

  async append(change: Change, at: UnixMs): Promise<number> {
    assert(this.#db.isTransaction, 'a change is logged in the transaction that makes it');
    const { seq } = await this.#db
      .updateTable('change_sequence')
      .set((row) => ({ seq: row('seq', '+', 1) }))
      .where('id', '=', ONLY)
      .returning('seq')
      .executeTakeFirstOrThrow();
    await this.#db
      .insertInto('change_log')
      .values({ seq, change: JSON.stringify(change), logged_at: at })
      .execute();
    return seq;
  }

  async lastSeq(): Promise<number> {
    const { seq } = await this.#reader
      .selectFrom('change_sequence')
      .select('seq')
      .where('id', '=', ONLY)
      .executeTakeFirstOrThrow();
    return seq;
  }

  async readAfter(seq: number, limit: number): Promise<readonly LoggedChange[] | undefined> {
    // Read before the entries, so that an entry written in between is no reason to think that one is missing.
    const lastSeq = await this.lastSeq();
    const rows = await this.#reader
      .selectFrom('change_log')
      .select(['seq', 'change'])
      .where('seq', '>', seq)
      .orderBy('seq')
      .limit(limit)
      .execute();
    const first = rows[0];
    const isWhole = first === undefined ? lastSeq === seq : first.seq === seq + 1;
    if (!isWhole) {
      return undefined;
    }
    return rows.map((row) => ({ seq: row.seq, change: JSON.parse(row.change) as Change }));
  }

  async snapshot(now: UnixMs, onChanges: (changes: readonly Change[]) => void): Promise<number> {
    const { seq, live } = await viewTransaction(this.#reader, async (db) => {
      const keys = await readLiveKeys(db);
      onChanges(keys);
      onChanges(await readSharedSecrets(db));
      onChanges(await readCredentialRevocations(db, now));
      onChanges(await readLimits(db));
      onChanges(await readEgressBlocks(db, now));
      return { seq: await new SqlChangeLogTable(db, db).lastSeq(), live: new Set(keys.map(({ keyUid }) => keyUid)) };
    });
    await this.#readRevokedUsernames((rows) => {
      onChanges(rows.filter((row) => row.expires_at > now && live.has(row.key_uid as KeyUid)).map(toRevocation));
    });
    return seq;
  }

  /**
   * Reads the revoked usernames, which may be millions, in parts and in no transaction: other reads are answered meanwhile. What is
   * added behind the part that is read has a number of the log after the snapshot's, and the same revocation twice is one.
   */
  async #readRevokedUsernames(onRows: (rows: readonly RevokedRow[]) => void): Promise<void> {
    let after: Pick<RevokedRow, 'key_uid' | 'username'> | undefined = { key_uid: '', username: '' };
    while (after !== undefined) {
      const rows: readonly RevokedRow[] = await readRevoked(this.#reader, after);
      onRows(rows);
      after = rows.length < SNAPSHOT_CHANGES_PER_READ ? undefined : rows.at(-1);
      if (after !== undefined) {
        // Where it is read because the log has a gap, HTTP is answered meanwhile.
        await setImmediate();
      }
    }
  }

  async prune(before: UnixMs, limit: number): Promise<number> {
    // By number, not by time: were a clock set back, the log must still lose its oldest entries first.
    const newest = await this.#reader
      .selectFrom((entries) => entries.selectFrom('change_log').selectAll().orderBy('seq').limit(limit).as('oldest'))
      .select(({ fn }) => fn.max('seq').as('seq'))
      .where('logged_at', '<', before)
      .executeTakeFirstOrThrow();
    if (newest.seq === null) {
      return 0;
    }
    const result = await this.#db.deleteFrom('change_log').where('seq', '<=', newest.seq).executeTakeFirst();
    return Number(result.numDeletedRows);
  }
}

async function readLiveKeys(db: Kysely<Schema>): Promise<readonly LiveKey[]> {
  const rows = await db
    .selectFrom('turn_keys')
    .select(['uid', 'account_id'])
    .where('deleted_at', 'is', null)
    .orderBy('created_at')
    .orderBy('uid')
    .execute();
  return rows.map((row) => ({
    kind: 'key-live',
    keyUid: row.uid as KeyUid,
    accountId: row.account_id as AccountId,
  }));
}

async function readSharedSecrets(db: Kysely<Schema>): Promise<readonly Change[]> {
  const rows = await db
    .selectFrom('shared_secrets')
    .innerJoin('turn_keys', 'turn_keys.uid', 'shared_secrets.key_uid')
    .select(['id', 'key_uid', 'sealed'])
    .where('deleted_at', 'is', null)
    .orderBy('shared_secrets.created_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    kind: 'shared-secret-added',
    keyUid: row.key_uid as KeyUid,
    secretId: row.id as SharedSecretId,
    sealed: row.sealed,
  }));
}

async function readLimits(db: Kysely<Schema>): Promise<readonly Change[]> {
  const liveKeys = db.selectFrom('turn_keys').select('uid').where('deleted_at', 'is', null);
  const rows = await db
    .selectFrom('limit_overrides')
    .selectAll()
    .where('limits', '!=', '{}')
    .where((row) => row.or([row('key_uid', '=', ''), row('key_uid', 'in', liveKeys)]))
    .execute();
  return rows.map((row) => {
    const limits = JSON.parse(row.limits) as LimitOverrides;
    const keyUid = toKeyUid(row.key_uid);
    return keyUid === undefined
      ? { kind: 'account-limits', accountId: row.account_id as AccountId, limits }
      : { kind: 'key-limits', keyUid, limits };
  });
}

async function readEgressBlocks(db: Kysely<Schema>, now: UnixMs): Promise<readonly Change[]> {
  const rows = await new SqlEgressTable(db, db).list(monthStart(now));
  return rows.filter(({ isBlocked }) => isBlocked).map(describeBlock);
}

type RevokedRow = Pick<Selectable<Schema['username_revocations']>, 'username' | 'key_uid' | 'expires_at'>;

/**
 * Some revocations, in the order of the table's key, from which it can be read on. What else they have to be is left to
 * the caller: with another condition, the database would sort all of them for each part.
 */
function readRevoked(
  db: Kysely<Schema>,
  after: Pick<RevokedRow, 'key_uid' | 'username'>,
): Promise<readonly RevokedRow[]> {
  return db
    .selectFrom('username_revocations')
    .select(['username', 'key_uid', 'expires_at'])
    .where(({ eb, refTuple, tuple }) => eb(refTuple('key_uid', 'username'), '>', tuple(after.key_uid, after.username)))
    .orderBy('key_uid')
    .orderBy('username')
    .limit(SNAPSHOT_CHANGES_PER_READ)
    .execute();
}

function toRevocation(row: RevokedRow): Change {
  return {
    kind: 'username-revoked',
    keyUid: row.key_uid as KeyUid,
    username: row.username as Username,
    expiresAt: row.expires_at as UnixMs,
  };
}

async function readCredentialRevocations(db: Kysely<Schema>, now: UnixMs): Promise<readonly Change[]> {
  const rows = await db
    .selectFrom('credential_revocations')
    .innerJoin('turn_keys', 'turn_keys.uid', 'credential_revocations.key_uid')
    .select(['key_uid', 'custom_identifier', 'issued_before', 'expires_at'])
    .where('deleted_at', 'is', null)
    .where('expires_at', '>', now)
    .execute();
  return rows.map((row) => ({
    kind: 'credentials-revoked',
    keyUid: row.key_uid as KeyUid,
    customIdentifier: row.custom_identifier === '' ? null : row.custom_identifier,
    issuedBefore: row.issued_before as UnixMs,
    expiresAt: row.expires_at as UnixMs,
  }));
}
