import { WEBHOOK_THRESHOLDS_MAX, WEBHOOK_URL_CHARACTERS_MAX } from '../base/limits.ts';
import type { ControlSettings } from './control-settings.ts';
import { ControlError } from './errors.ts';
import { WEBHOOK_EVENTS, type WebhookEvent } from './webhook.ts';

/** What a request says of a webhook; a member that it does not have is undefined. */
export interface WebhookInput {
  readonly url?: unknown;
  readonly events?: unknown;
  readonly thresholds?: unknown;
  readonly enabled?: boolean | undefined;
}

/**
 * The URL of a webhook. Whether its address may be reached is decided when it is connected to: a name may lead elsewhere by then.
 * @throws {ControlError} `invalid-webhook-url`.
 */
export function parseWebhookUrl(value: unknown, settings: Pick<ControlSettings, 'webhooksMayBePlain'>): string {
  const url = typeof value === 'string' && value.length <= WEBHOOK_URL_CHARACTERS_MAX ? URL.parse(value) : null;
  const isAllowed = url?.protocol === 'https:' || (url?.protocol === 'http:' && settings.webhooksMayBePlain);
  if (url === null || !isAllowed || url.username !== '' || url.password !== '') {
    const schemes = settings.webhooksMayBePlain ? 'an https or http' : 'an https';
    throw new ControlError(
      'invalid-webhook-url',
      `url must be ${schemes} URL of at most ${WEBHOOK_URL_CHARACTERS_MAX} characters, without a user and a password.`,
      '/url',
    );
  }
  url.hash = '';
  return url.href;
}

/** @throws {ControlError} `invalid-webhook-events`. */
export function parseWebhookEvents(values: unknown): readonly WebhookEvent[] {
  const isKnown = (value: unknown) => (WEBHOOK_EVENTS as readonly unknown[]).includes(value);
  if (!Array.isArray(values) || values.length === 0 || !values.every(isKnown)) {
    const expected = `events must name at least one of ${WEBHOOK_EVENTS.join(', ')}.`;
    throw new ControlError('invalid-webhook-events', expected, '/events');
  }
  return WEBHOOK_EVENTS.filter((event) => values.includes(event));
}

/** @throws {ControlError} `invalid-webhook-events`. */
export function parseThresholds(values: unknown): readonly number[] {
  if (values === undefined) {
    return [];
  }
  const isThreshold = (value: unknown) => typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
  if (!Array.isArray(values) || values.length > WEBHOOK_THRESHOLDS_MAX || !values.every(isThreshold)) {
    throw new ControlError(
      'invalid-webhook-events',
      `thresholds must be at most ${WEBHOOK_THRESHOLDS_MAX} whole numbers of bytes, each at least 1.`,
      '/thresholds',
    );
  }
  return [...new Set(values as number[])].toSorted((a, b) => a - b);
}
