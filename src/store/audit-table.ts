import { type Expression, type ExpressionBuilder, type Kysely, type Selectable, type SqlBool, sql } from 'kysely';
import type { UnixMs } from '../base/clock.ts';
import type { AccountId, KeyUid } from '../contract/ids.ts';
import type { Actor } from '../control/actor.ts';
import type { AuditAction } from '../control/audit-action.ts';
import type {
  AuditDetails,
  AuditEntry,
  AuditPosition,
  AuditQuery,
  AuditTable,
  NewAuditEntry,
} from '../control/audit-entry.ts';
import type { AuditEntryRow, Schema } from './schema.ts';

type ActorColumns = Pick<AuditEntryRow, 'actor_kind' | 'actor_id' | 'actor_name' | 'actor_address'>;

export class SqlAuditTable implements AuditTable {
  readonly #db: Kysely<Schema>;
  readonly #reader: Kysely<Schema>;

  constructor(db: Kysely<Schema>, reader: Kysely<Schema>) {
    this.#db = db;
    this.#reader = reader;
  }

  async append({ at, accountId, action, resourceId, details = {}, actor }: NewAuditEntry): Promise<void> {
    await this.#db
      .insertInto('audit_entries')
      .values({
        at,
        account_id: accountId ?? null,
        action,
        resource_id: resourceId,
        details: JSON.stringify(details),
        ...toActorColumns(actor),
      })
      .execute();
  }

  async list(query: AuditQuery): Promise<readonly AuditEntry[]> {
    const rows = await this.#reader
      .selectFrom('audit_entries')
      .selectAll()
      .where((builder) => builder.and(listConditions(builder, query)))
      .orderBy('at', query.direction)
      .orderBy('number', query.direction)
      .limit(query.limit)
      .offset(query.offset)
      .execute();
    return rows.map(toEntry);
  }

  async prune(before: UnixMs, limit: number): Promise<number> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('audit_entries')
      .where('number', 'in', (select) =>
        select.selectFrom('audit_entries').select('number').where('at', '<', before).orderBy('at').limit(limit),
      )
      .executeTakeFirst();
    return Number(numDeletedRows);
  }
}

function listConditions(
  builder: ExpressionBuilder<Schema, 'audit_entries'>,
  { accountId, since, before, position, action, actorId, actorAddress, resourceId, after, direction }: AuditQuery,
): Expression<SqlBool>[] {
  const equal = {
    account_id: accountId,
    action,
    actor_id: actorId,
    actor_address: actorAddress,
    resource_id: resourceId,
  };
  const conditions: Expression<SqlBool>[] = (Object.entries(equal) as [keyof typeof equal, string | undefined][])
    .filter(([, value]) => value !== undefined)
    .map(([column, value]) => builder(column, '=', value as string));
  if (since !== undefined) {
    conditions.push(builder('at', '>=', since));
  }
  if (before !== undefined) {
    conditions.push(builder('at', '<', before));
  }
  if (position !== undefined) {
    conditions.push(comparePosition('=', position));
  }
  if (after !== undefined) {
    conditions.push(comparePosition(direction === 'asc' ? '>' : '<', after));
  }
  return conditions;
}

function comparePosition(operator: '=' | '<' | '>', { at, number }: AuditPosition) {
  return sql<SqlBool>`(at, number) ${sql.raw(operator)} (${at}, ${number})`;
}

/** What an actor has not is the empty text, which no id, name or address is. */
function toActorColumns(actor: Actor): ActorColumns {
  switch (actor.kind) {
    case 'system':
      return { actor_kind: actor.kind, actor_id: '', actor_name: '', actor_address: '' };
    case 'installation':
      return { ...withoutName(actor), actor_id: actor.tokenId };
    case 'account':
      return { ...withoutName(actor), actor_id: actor.tokenId, actor_name: actor.tokenName };
    case 'person':
      return { ...withoutName(actor), actor_id: actor.personId, actor_name: actor.personName };
    case 'key':
      return { ...withoutName(actor), actor_id: actor.keyUid };
  }
}

function withoutName({ kind, address = '' }: Exclude<Actor, { kind: 'system' }>) {
  return { actor_kind: kind, actor_name: '', actor_address: address };
}

function toActor(row: ActorColumns): Actor {
  const address = row.actor_address === '' ? undefined : row.actor_address;
  switch (row.actor_kind) {
    case 'installation':
      return { kind: 'installation', tokenId: row.actor_id, address };
    case 'account':
      return { kind: 'account', tokenId: row.actor_id, tokenName: row.actor_name, address };
    case 'person':
      return { kind: 'person', personId: row.actor_id, personName: row.actor_name, address };
    case 'key':
      return { kind: 'key', keyUid: row.actor_id as KeyUid, address };
    case 'system':
      return { kind: 'system' };
  }
}

function toEntry(row: Selectable<AuditEntryRow>): AuditEntry {
  return {
    number: row.number,
    at: row.at as UnixMs,
    accountId: (row.account_id ?? undefined) as AccountId | undefined,
    action: row.action as AuditAction,
    resourceId: row.resource_id,
    details: JSON.parse(row.details) as AuditDetails,
    actor: toActor(row),
  };
}
