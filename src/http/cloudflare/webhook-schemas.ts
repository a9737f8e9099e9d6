import { Type } from 'typebox';
import { WEBHOOK_URL_CHARACTERS_MAX } from '../../base/limits.ts';
import { WEBHOOK_EVENTS } from '../../control/webhook.ts';
import type { MemberProblems } from '../problem.ts';
import { accountParams } from './key-schemas.ts';

export const webhookParams = Type.Object({
  ...accountParams.properties,
  webhookId: Type.String({ description: "The webhook's identifier: 32 hexadecimal digits." }),
});

const url = Type.String({
  maxLength: WEBHOOK_URL_CHARACTERS_MAX,
  description: 'Where events are sent to, by https. Addresses that are private or otherwise special are not reached.',
  examples: ['https://app.example.com/webhooks/turn'],
});
const events = Type.Array(Type.Enum([...WEBHOOK_EVENTS]), { description: 'What is sent; at least one.' });
const thresholds = Type.Array(Type.Integer({ minimum: 1 }), {
  description: 'Bytes of egress of the account in a calendar month (UTC), each told of by `usage.threshold_reached`.',
});
const enabled = Type.Boolean({ description: 'Whether anything is sent.' });

const options = { thresholds: Type.Optional(thresholds), enabled: Type.Optional(enabled) };

export const webhookBody = Type.Object({ url, events, ...options });

export const webhookProblems = {
  url: 'invalid_webhook_url',
  events: 'invalid_webhook_events',
  thresholds: 'invalid_webhook_events',
} as const satisfies MemberProblems;

export const webhookChanges = Type.Object({ url: Type.Optional(url), events: Type.Optional(events), ...options });

const moment = (description: string) => Type.Optional(Type.String({ description: `${description} An RFC 3339 time.` }));

const details = {
  id: Type.String({ description: 'The identifier: 32 hexadecimal digits.' }),
  url: Type.String(),
  events,
  thresholds,
  enabled: Type.Boolean({
    description: 'Becomes false by itself after an answer of 410, and after days of nothing but failures.',
  }),
  created_on: Type.String({ description: 'An RFC 3339 time.' }),
  modified_on: Type.String({ description: 'An RFC 3339 time.' }),
  last_status: Type.Optional(Type.Integer({ description: 'The status of the last answer.' })),
  last_error: Type.Optional(Type.String({ description: 'Why the last attempt had no answer.' })),
  failing_since: moment('When the first of the attempts failed that have all failed since.'),
  events_dropped: Type.Integer({
    description: 'Events that were lost and that `webhook.events_dropped` has not told of yet.',
  }),
};

export const webhookItem = Type.Object(details);

export const createdWebhookItem = Type.Object({
  ...details,
  secret: Type.String({ description: 'What deliveries are signed with: `whsec_` and base64. It is shown here only.' }),
});

export const testEventItem = Type.Object({ id: Type.String({ description: 'Its `webhook-id`.' }) });
