import type { UnixMs } from '../base/clock.ts';
import type { AccountId } from '../contract/ids.ts';

/** What an account can be told as it happens, with the fields that `docs/operating/webhooks.md` lists. */
export const WEBHOOK_EVENTS = [
  'allocation.started',
  'allocation.ended',
  'credential.revoked',
  'limit.reached',
  'usage.threshold_reached',
  'usage.limit_reached',
] as const;

export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** Sent whether it was asked for or not: by a person's wish, and when events were lost. */
export type UnaskedEvent = 'webhook.test' | 'webhook.events_dropped';

/** An address that an account's events are sent to. */
export interface Webhook {
  /** 32 lower-case hexadecimal digits. */
  readonly id: string;
  readonly accountId: AccountId;
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  /** Bytes of egress in a month, each of which is told of when it is reached; ascending. */
  readonly thresholds: readonly number[];
  readonly isEnabled: boolean;
  readonly createdAt: UnixMs;
  readonly modifiedAt: UnixMs;
  /** Which of its secrets is the present one: see `deriveWebhookSecret`. */
  readonly secretGeneration: number;
  /** Until when deliveries are signed with the secret before it as well; undefined until it is rolled. */
  readonly previousSecretUntil: UnixMs | undefined;
  readonly delivery: WebhookDelivery;
}

/** How deliveries go. */
export interface WebhookDelivery {
  /** Of the last answer; undefined before the first, and when there was none. */
  readonly lastStatus: number | undefined;
  /** Why there was no answer to the last attempt. */
  readonly lastError: string | undefined;
  /** When the first of the attempts failed that have all failed since. */
  readonly failingSince: UnixMs | undefined;
  /** Rounds of attempts since then. */
  readonly failures: number;
  /** Nothing is sent before. */
  readonly retryAt: UnixMs;
  /** Events that were lost and not told of yet. */
  readonly eventsDropped: number;
}

export const NEW_DELIVERY: WebhookDelivery = {
  lastStatus: undefined,
  lastError: undefined,
  failingSince: undefined,
  failures: 0,
  retryAt: 0 as UnixMs,
  eventsDropped: 0,
};

/** An event on its way to one webhook. */
export interface QueuedEvent {
  /** `msg_` and 32 hexadecimal digits: the `webhook-id`, the same at each attempt. */
  readonly id: string;
  readonly webhookId: string;
  /** The body, byte for byte what is signed and sent. */
  readonly payload: string;
  readonly queuedAt: UnixMs;
  /** How often it was tried in vain. */
  readonly attempts: number;
  readonly dueAt: UnixMs;
}

export interface WebhookTable {
  find(id: string): Promise<Webhook | undefined>;
  /** Newest first; equally old ones by id. */
  list(accountId: AccountId, offset: number, limit: number): Promise<readonly Webhook[]>;
  count(accountId: AccountId): Promise<number>;
  /** Those of all accounts that events are sent to. */
  listEnabled(): Promise<readonly Webhook[]>;
  /** Adds the webhook, or replaces the one of the same id. */
  put(webhook: Webhook): Promise<void>;
  /** Notes that a webhook was not told of so many events; it is told how many, as soon as it can be told anything. */
  addDropped(id: string, count: number): Promise<void>;
  /** Removes the webhook with its queue. */
  remove(id: string): Promise<void>;
}

/** A webhook that has something to be told. */
export type WaitingWebhook = Pick<Webhook, 'id' | 'accountId'>;

/** Events that wait to be delivered. They survive a restart. */
export interface WebhookOutbox {
  append(events: readonly QueuedEvent[]): Promise<void>;
  /** Forgets the oldest events of a webhook beyond so many. @returns how many. */
  trim(webhookId: string, countMax: number): Promise<number>;
  /** Enabled webhooks with an event that is due, at most `limit`, the one that has waited longest first. */
  listWaiting(now: UnixMs, limit: number): Promise<readonly WaitingWebhook[]>;
  /** The events of a webhook that are due, those due first first. */
  listDue(webhookId: string, now: UnixMs, limit: number): Promise<readonly QueuedEvent[]>;
  postpone(id: string, attempts: number, dueAt: UnixMs): Promise<void>;
  remove(id: string): Promise<void>;
  /** Forgets all events of a webhook. */
  clear(webhookId: string): Promise<void>;
  count(): Promise<number>;
}

/** One attempt. */
export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type WebhookOutcome =
  | { readonly kind: 'answered'; readonly status: number }
  /** No answer. `reason` is for the webhook's owner, and tells nothing of the network that we are in. */
  | { readonly kind: 'failed'; readonly reason: string };

/** Sends a request to where webhooks may be sent, and follows no redirection. Never rejects. */
export type SendWebhook = (request: WebhookRequest) => Promise<WebhookOutcome>;
