import type { Kysely } from 'kysely';
import type { UnixMs } from '../base/clock.ts';
import type { KeyUid } from '../contract/ids.ts';
import type { Revocation, RevocationTable } from '../control/ports.ts';
import type { RevocableCredential } from '../control/revocable-credential.ts';
import type { Schema } from './schema.ts';

type UsernameRevocation = Extract<Revocation, { kind: 'username-revoked' }>;
type CredentialRevocation = Extract<Revocation, { kind: 'credentials-revoked' }>;

export class SqlRevocationTable implements RevocationTable {
  readonly #db: Kysely<Schema>;
  readonly #reader: Kysely<Schema>;

  constructor(db: Kysely<Schema>, reader: Kysely<Schema>) {
    this.#db = db;
    this.#reader = reader;
  }

  put(revocation: Revocation, revokedAt: UnixMs): Promise<boolean> {
    return revocation.kind === 'username-revoked'
      ? this.#putUsername(revocation, revokedAt)
      : this.#putCredentials(revocation, revokedAt);
  }

  async covers({ keyUid, username, customIdentifier, issuedAt }: RevocableCredential): Promise<boolean> {
    const ofUsername = this.#reader
      .selectFrom('username_revocations')
      .select('key_uid')
      .where('key_uid', '=', keyUid)
      .where('username', '=', username);
    const ofMany = this.#reader
      .selectFrom('credential_revocations')
      .select('key_uid')
      .where('key_uid', '=', keyUid)
      // Those of no custom identifier in particular are of every one.
      .where('custom_identifier', 'in', ['', customIdentifier])
      .where('issued_before', '>', issuedAt);
    return (await ofUsername.unionAll(ofMany).executeTakeFirst()) !== undefined;
  }

  async countIdentifiers(keyUid: KeyUid, now: UnixMs): Promise<number> {
    const { count } = await this.#db
      .selectFrom('credential_revocations')
      .select(({ fn }) => fn.countAll<number | bigint>().as('count'))
      .where('key_uid', '=', keyUid)
      .where('custom_identifier', '!=', '')
      .where('expires_at', '>', now)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  async prune(now: UnixMs, limit: number): Promise<number> {
    const usernames = await this.#pruneUsernames(now, limit);
    return usernames + (await this.#pruneCredentials(now, limit - usernames));
  }

  async #pruneUsernames(now: UnixMs, limit: number): Promise<number> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('username_revocations')
      .where(({ eb, refTuple, selectFrom }) =>
        eb(
          refTuple('key_uid', 'username'),
          'in',
          selectFrom('username_revocations')
            .select(['key_uid', 'username'])
            .where('expires_at', '<=', now)
            .limit(limit)
            .$asTuple('key_uid', 'username'),
        ),
      )
      .executeTakeFirst();
    return Number(numDeletedRows);
  }

  async #pruneCredentials(now: UnixMs, limit: number): Promise<number> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('credential_revocations')
      .where(({ eb, refTuple, selectFrom }) =>
        eb(
          refTuple('key_uid', 'custom_identifier'),
          'in',
          selectFrom('credential_revocations')
            .select(['key_uid', 'custom_identifier'])
            .where('expires_at', '<=', now)
            .limit(limit)
            .$asTuple('key_uid', 'custom_identifier'),
        ),
      )
      .executeTakeFirst();
    return Number(numDeletedRows);
  }

  async #putUsername(revocation: UsernameRevocation, revokedAt: UnixMs): Promise<boolean> {
    const result = await this.#db
      .insertInto('username_revocations')
      .values({
        username: revocation.username,
        key_uid: revocation.keyUid,
        expires_at: revocation.expiresAt,
        revoked_at: revokedAt,
      })
      .onConflict((conflict) => conflict.columns(['key_uid', 'username']).doNothing())
      .executeTakeFirst();
    return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
  }

  /** A later moment covers an earlier one, so one row is kept for each key and custom identifier. */
  async #putCredentials(revocation: CredentialRevocation, revokedAt: UnixMs): Promise<boolean> {
    const moment = {
      issued_before: revocation.issuedBefore,
      expires_at: revocation.expiresAt,
      revoked_at: revokedAt,
    };
    const result = await this.#db
      .insertInto('credential_revocations')
      .values({
        key_uid: revocation.keyUid,
        custom_identifier: revocation.customIdentifier ?? '',
        ...moment,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['key_uid', 'custom_identifier'])
          .doUpdateSet(moment)
          .where('credential_revocations.issued_before', '<', revocation.issuedBefore),
      )
      .executeTakeFirst();
    return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
  }
}
