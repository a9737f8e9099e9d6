import { type Kysely, type Selectable, sql } from 'kysely';
import type { UnixMs } from '../base/clock.ts';
import { ROWS_PER_STATEMENT_MAX } from '../base/limits.ts';
import type { AccountId } from '../contract/ids.ts';
import type { QueuedEvent, WaitingWebhook, WebhookOutbox } from '../control/webhook.ts';
import type { Schema, WebhookOutboxRow } from './schema.ts';

export class SqlWebhookOutboxTable implements WebhookOutbox {
  readonly #db: Kysely<Schema>;
  readonly #reader: Kysely<Schema>;

  constructor(db: Kysely<Schema>, reader: Kysely<Schema>) {
    this.#db = db;
    this.#reader = reader;
  }

  async append(events: readonly QueuedEvent[]): Promise<void> {
    for (let at = 0; at < events.length; at += ROWS_PER_STATEMENT_MAX) {
      const rows = events.slice(at, at + ROWS_PER_STATEMENT_MAX).map(toRow);
      await this.#db.insertInto('webhook_outbox').values(rows).execute();
    }
  }

  async trim(webhookId: string, countMax: number): Promise<number> {
    const excess = (await this.#countOf(webhookId)) - countMax;
    if (excess <= 0) {
      return 0;
    }
    await sql`
      delete from webhook_outbox where id in (
        select id from webhook_outbox where webhook_id = ${webhookId}
        order by queued_at, id limit ${excess})`.execute(this.#db);
    return excess;
  }

  async listWaiting(now: UnixMs, limit: number): Promise<readonly WaitingWebhook[]> {
    const rows = await this.#reader
      .selectFrom('webhooks')
      .select(['id', 'account_id'])
      .where('enabled', '=', 1)
      .where('retry_at', '<=', now)
      .where(({ exists, selectFrom }) =>
        exists(
          selectFrom('webhook_outbox')
            .select('webhook_outbox.id')
            .whereRef('webhook_outbox.webhook_id', '=', 'webhooks.id')
            .where('webhook_outbox.due_at', '<=', now),
        ),
      )
      .orderBy(({ selectFrom }) =>
        selectFrom('webhook_outbox')
          .select(({ fn }) => fn.min('webhook_outbox.due_at').as('due_at'))
          .whereRef('webhook_outbox.webhook_id', '=', 'webhooks.id'),
      )
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map((row) => ({ id: row.id, accountId: row.account_id as AccountId }));
  }

  async listDue(webhookId: string, now: UnixMs, limit: number): Promise<readonly QueuedEvent[]> {
    const rows = await this.#reader
      .selectFrom('webhook_outbox')
      .selectAll()
      .where('webhook_id', '=', webhookId)
      .where('due_at', '<=', now)
      .orderBy('due_at')
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map(toEvent);
  }

  async postpone(id: string, attempts: number, dueAt: UnixMs): Promise<void> {
    await this.#db.updateTable('webhook_outbox').set({ attempts, due_at: dueAt }).where('id', '=', id).execute();
  }

  async remove(id: string): Promise<void> {
    await this.#db.deleteFrom('webhook_outbox').where('id', '=', id).execute();
  }

  async clear(webhookId: string): Promise<void> {
    await this.#db.deleteFrom('webhook_outbox').where('webhook_id', '=', webhookId).execute();
  }

  async count(): Promise<number> {
    const { count } = await this.#reader
      .selectFrom('webhook_outbox')
      .select(({ fn }) => fn.countAll<number | string>().as('count'))
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  async #countOf(webhookId: string): Promise<number> {
    const { count } = await this.#db
      .selectFrom('webhook_outbox')
      .select(({ fn }) => fn.countAll<number | string>().as('count'))
      .where('webhook_id', '=', webhookId)
      .executeTakeFirstOrThrow();
    return Number(count);
  }
}

function toRow({ id, webhookId, payload, queuedAt, attempts, dueAt }: QueuedEvent): WebhookOutboxRow {
  return { id, webhook_id: webhookId, payload, queued_at: queuedAt, attempts, due_at: dueAt };
}

function toEvent(row: Selectable<WebhookOutboxRow>): QueuedEvent {
  return {
    id: row.id,
    webhookId: row.webhook_id,
    payload: row.payload,
    queuedAt: row.queued_at as UnixMs,
    attempts: row.attempts,
    dueAt: row.due_at as UnixMs,
  };
}
