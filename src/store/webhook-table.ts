import type { Kysely, Selectable } from 'kysely';
import type { UnixMs } from '../base/clock.ts';
import type { AccountId } from '../contract/ids.ts';
import type { Webhook, WebhookEvent, WebhookTable } from '../control/webhook.ts';
import { writeTransaction } from './in-transaction.ts';
import type { Schema, WebhookRow } from './schema.ts';

export class SqlWebhookTable implements WebhookTable {
  readonly #db: Kysely<Schema>;
  readonly #reader: Kysely<Schema>;

  constructor(db: Kysely<Schema>, reader: Kysely<Schema>) {
    this.#db = db;
    this.#reader = reader;
  }

  async find(id: string): Promise<Webhook | undefined> {
    const row = await this.#reader.selectFrom('webhooks').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toWebhook(row);
  }

  async list(accountId: AccountId, offset: number, limit: number): Promise<readonly Webhook[]> {
    const rows = await this.#reader
      .selectFrom('webhooks')
      .selectAll()
      .where('account_id', '=', accountId)
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .limit(limit)
      .offset(offset)
      .execute();
    return rows.map(toWebhook);
  }

  async count(accountId: AccountId): Promise<number> {
    const { count } = await this.#reader
      .selectFrom('webhooks')
      .select(({ fn }) => fn.countAll<number | string>().as('count'))
      .where('account_id', '=', accountId)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  async listEnabled(): Promise<readonly Webhook[]> {
    const rows = await this.#reader.selectFrom('webhooks').selectAll().where('enabled', '=', 1).orderBy('id').execute();
    return rows.map(toWebhook);
  }

  async put(webhook: Webhook): Promise<void> {
    const { id, ...values } = toRow(webhook);
    await this.#db
      .insertInto('webhooks')
      .values({ id, ...values })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
      .execute();
  }

  async addDropped(id: string, count: number): Promise<void> {
    await this.#db
      .updateTable('webhooks')
      .set((row) => ({ events_dropped: row('events_dropped', '+', count) }))
      .where('id', '=', id)
      .execute();
  }

  remove(id: string): Promise<void> {
    return writeTransaction(this.#db, async (db) => {
      await db.deleteFrom('webhook_outbox').where('webhook_id', '=', id).execute();
      await db.deleteFrom('webhooks').where('id', '=', id).execute();
    });
  }
}

function toRow({ delivery, ...webhook }: Webhook): WebhookRow {
  return {
    id: webhook.id,
    account_id: webhook.accountId,
    url: webhook.url,
    events: JSON.stringify(webhook.events),
    thresholds: JSON.stringify(webhook.thresholds),
    enabled: webhook.isEnabled ? 1 : 0,
    created_at: webhook.createdAt,
    modified_at: webhook.modifiedAt,
    secret_generation: webhook.secretGeneration,
    previous_secret_until: webhook.previousSecretUntil ?? null,
    last_status: delivery.lastStatus ?? null,
    last_error: delivery.lastError ?? null,
    failing_since: delivery.failingSince ?? null,
    failures: delivery.failures,
    retry_at: delivery.retryAt,
    events_dropped: delivery.eventsDropped,
  };
}

function toWebhook(row: Selectable<WebhookRow>): Webhook {
  return {
    id: row.id,
    accountId: row.account_id as AccountId,
    url: row.url,
    events: JSON.parse(row.events) as readonly WebhookEvent[],
    thresholds: JSON.parse(row.thresholds) as readonly number[],
    isEnabled: row.enabled === 1,
    createdAt: row.created_at as UnixMs,
    modifiedAt: row.modified_at as UnixMs,
    secretGeneration: row.secret_generation,
    previousSecretUntil: (row.previous_secret_until ?? undefined) as UnixMs | undefined,
    delivery: {
      lastStatus: row.last_status ?? undefined,
      lastError: row.last_error ?? undefined,
      failingSince: (row.failing_since ?? undefined) as UnixMs | undefined,
      failures: row.failures,
      retryAt: row.retry_at as UnixMs,
      eventsDropped: row.events_dropped,
    },
  };
}
