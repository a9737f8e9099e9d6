import { createWebhook } from '../../control/create-webhook.ts';
import { deleteWebhook } from '../../control/delete-webhook.ts';
import { listWebhooks } from '../../control/list-webhooks.ts';
import { readWebhook } from '../../control/read-webhook.ts';
import { formatRfc3339 } from '../../control/rfc3339.ts';
import { rollWebhook } from '../../control/roll-webhook.ts';
import { sendTestEvent } from '../../control/send-test-event.ts';
import { updateWebhook } from '../../control/update-webhook.ts';
import type { Webhook } from '../../control/webhook.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpContext } from '../http-context.ts';
import { describeEnvelope, describePage, wrapPage, wrapResult } from './envelope.ts';
import { describeEnvelopeErrors } from './error-schemas.ts';
import { identifyActor } from './identify-actor.ts';
import { accountParams } from './key-schemas.ts';
import { pageProblems, pageQuery, readPageQuery } from './page-query.ts';
import {
  createdWebhookItem,
  testEventItem,
  webhookBody,
  webhookChanges,
  webhookItem,
  webhookParams,
  webhookProblems,
} from './webhook-schemas.ts';

const COLLECTION = '/accounts/:accountId/calls/webhooks';
const ITEM = `${COLLECTION}/:webhookId`;

// To read them, too: whoever may only read keys need not know where an account's events go.
const config = { access: 'Calls Write' } as const;
const common = { tags: ['Webhooks'], security: [{ accountToken: [] }] };

/** Where an account's events are sent to. */
export function registerWebhooks(app: HttpApp, context: HttpContext): void {
  registerCollection(app, context);
  registerItem(app, context);
  registerActions(app, context);
}

function registerCollection(app: HttpApp, { control }: HttpContext): void {
  app.get(
    COLLECTION,
    {
      config: { ...config, problems: pageProblems },
      schema: {
        ...common,
        operationId: 'listWebhooks',
        summary: 'List the webhooks of an account, newest first',
        params: accountParams,
        querystring: pageQuery,
        response: {
          200: describePage(webhookItem, 'One page of webhooks.'),
          ...describeEnvelopeErrors(400, 401, 403, 404),
        },
      },
    },
    async ({ params, query }) => {
      const request = readPageQuery(query);
      const { webhooks, totalCount } = await listWebhooks(control, params.accountId, request);
      return wrapPage(webhooks.map(formatWebhook), { ...request, totalCount });
    },
  );

  app.post(
    COLLECTION,
    {
      config: { ...config, problems: webhookProblems },
      schema: {
        ...common,
        operationId: 'createWebhook',
        summary: 'Make a webhook',
        params: accountParams,
        body: webhookBody,
        response: {
          201: describeEnvelope(createdWebhookItem, 'The webhook, with its secret.'),
          ...describeEnvelopeErrors(400, 401, 403, 404, 413),
        },
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      const { webhook, secret } = await createWebhook(control, identifyActor(request), params.accountId, body);
      return reply.code(201).send(wrapResult({ ...formatWebhook(webhook), secret }));
    },
  );
}

function registerItem(app: HttpApp, { control }: HttpContext): void {
  const schema = {
    ...common,
    params: webhookParams,
    response: { 200: describeEnvelope(webhookItem, 'The webhook.'), ...describeEnvelopeErrors(401, 403, 404) },
  };

  app.get(
    ITEM,
    { config, schema: { ...schema, operationId: 'readWebhook', summary: 'Read a webhook, and how deliveries go' } },
    async ({ params }) => wrapResult(formatWebhook(await readWebhook(control, params.accountId, params.webhookId))),
  );

  app.put(
    ITEM,
    {
      config: { ...config, problems: webhookProblems },
      schema: {
        ...schema,
        operationId: 'updateWebhook',
        summary: 'Change what the body names of a webhook',
        body: webhookChanges,
        response: { ...schema.response, ...describeEnvelopeErrors(400, 413) },
      },
    },
    async (request) => {
      const { accountId, webhookId } = request.params;
      const changed = await updateWebhook(control, identifyActor(request), accountId, webhookId, request.body);
      return wrapResult(formatWebhook(changed));
    },
  );

  app.delete(
    ITEM,
    { config, schema: { ...schema, operationId: 'deleteWebhook', summary: 'Delete a webhook and what waits for it' } },
    async (request) => {
      const { accountId, webhookId } = request.params;
      return wrapResult(formatWebhook(await deleteWebhook(control, identifyActor(request), accountId, webhookId)));
    },
  );
}

function registerActions(app: HttpApp, { control }: HttpContext): void {
  const schema = { ...common, params: webhookParams };

  app.post(
    `${ITEM}/test`,
    {
      config,
      schema: {
        ...schema,
        operationId: 'testWebhook',
        summary: 'Send a test event to a webhook',
        response: {
          200: describeEnvelope(testEventItem, 'The event, which is on its way.'),
          ...describeEnvelopeErrors(400, 401, 403, 404, 409, 413),
        },
      },
    },
    async ({ params }) => wrapResult({ id: await sendTestEvent(control, params.accountId, params.webhookId) }),
  );

  app.post(
    `${ITEM}/roll`,
    {
      config,
      schema: {
        ...schema,
        operationId: 'rollWebhook',
        summary: 'Give a webhook a new secret; for a day the one before it is signed with, too',
        response: {
          200: describeEnvelope(createdWebhookItem, 'The webhook, with its new secret.'),
          ...describeEnvelopeErrors(400, 401, 403, 404, 413),
        },
      },
    },
    async (request) => {
      const { accountId, webhookId } = request.params;
      const { webhook, secret } = await rollWebhook(control, identifyActor(request), accountId, webhookId);
      return wrapResult({ ...formatWebhook(webhook), secret });
    },
  );
}

function formatWebhook(webhook: Webhook) {
  const { id, url, events, thresholds, isEnabled, createdAt, modifiedAt, delivery } = webhook;
  const { lastStatus, lastError, failingSince, eventsDropped } = delivery;
  return {
    id,
    url,
    events: [...events],
    thresholds: [...thresholds],
    enabled: isEnabled,
    created_on: formatRfc3339(createdAt),
    modified_on: formatRfc3339(modifiedAt),
    ...(lastStatus === undefined ? {} : { last_status: lastStatus }),
    ...(lastError === undefined ? {} : { last_error: lastError }),
    ...(failingSince === undefined ? {} : { failing_since: formatRfc3339(failingSince) }),
    events_dropped: eventsDropped,
  };
}
