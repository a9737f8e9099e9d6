import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCOUNT, BY, OTHER_ACCOUNT, openTestControl } from './control.test-support.ts';
import { createWebhook } from './create-webhook.ts';
import { deleteWebhook } from './delete-webhook.ts';
import { listWebhooks } from './list-webhooks.ts';
import { readWebhook } from './read-webhook.ts';
import { rollWebhook } from './roll-webhook.ts';
import { updateWebhook } from './update-webhook.ts';
import type { WebhookInput } from './webhook-input.ts';

const input = { url: 'https://app.example/hook', events: ['limit.reached', 'allocation.ended'] };
const page = { page: 1, perPage: 10 };

test('a webhook is made, read, changed, rolled and deleted, in its own account alone', async (context) => {
  const { ports, clock, close } = await openTestControl();
  context.after(close);
  const { webhook, secret } = await createWebhook(ports, BY, ACCOUNT, { ...input, thresholds: [5, 1, 5] });
  assert.deepEqual(
    [webhook.events, webhook.thresholds],
    [
      ['allocation.ended', 'limit.reached'],
      [1, 5],
    ],
  );
  assert.deepEqual(await readWebhook(ports, ACCOUNT, webhook.id), webhook);
  assert.deepEqual(await listWebhooks(ports, ACCOUNT, page), { webhooks: [webhook], totalCount: 1 });
  await assert.rejects(readWebhook(ports, OTHER_ACCOUNT, webhook.id), { code: 'webhook-not-found' });
  await assert.rejects(deleteWebhook(ports, BY, OTHER_ACCOUNT, webhook.id), { code: 'webhook-not-found' });
  clock.advance(1_000);
  const changed = await updateWebhook(ports, BY, ACCOUNT, webhook.id, {
    events: ['allocation.started'],
    enabled: false,
  });
  const expected = { ...webhook, events: ['allocation.started'], isEnabled: false, modifiedAt: clock.unixNow() };
  assert.deepEqual(changed, expected);
  const rolled = await rollWebhook(ports, BY, ACCOUNT, webhook.id);
  assert.notEqual(rolled.secret, secret);
  await deleteWebhook(ports, BY, ACCOUNT, webhook.id);
  assert.deepEqual(await listWebhooks(ports, ACCOUNT, page), { webhooks: [], totalCount: 0 });
});

test('an account has so many webhooks and no more', async (context) => {
  const { ports, close } = await openTestControl({ maxWebhooksPerAccount: 1 });
  context.after(close);
  await createWebhook(ports, BY, ACCOUNT, input);
  await assert.rejects(createWebhook(ports, BY, ACCOUNT, input), { code: 'webhook-limit-reached' });
  await createWebhook(ports, BY, OTHER_ACCOUNT, input);
});

test('what cannot be is refused, and says which member it is', async (context) => {
  const { ports, close } = await openTestControl();
  context.after(close);
  const wrong: readonly (readonly [string, WebhookInput])[] = [
    ['/url', { url: 'http://app.example/' }],
    ['/url', { url: 'ftp://app.example/' }],
    ['/url', { url: 'https://user:password@app.example/' }],
    ['/url', { url: 'app.example' }],
    ['/url', { url: 7 }],
    ['/url', { url: `https://app.example/${'x'.repeat(2_048)}` }],
    ['/events', { events: [] }],
    ['/events', { events: ['allocation.ended', 'all'] }],
    ['/thresholds', { thresholds: [0] }],
    ['/thresholds', { thresholds: [1.5] }],
    ['/thresholds', { thresholds: new Array(21).fill(1) }],
  ];
  for (const [pointer, change] of wrong) {
    await assert.rejects(
      createWebhook(ports, BY, ACCOUNT, { ...input, ...change }),
      { pointer },
      JSON.stringify(change),
    );
  }
});

test('http is taken where the operator has named ranges for it', async (context) => {
  const { ports, close } = await openTestControl({ webhooksMayBePlain: true });
  context.after(close);
  const { webhook } = await createWebhook(ports, BY, ACCOUNT, { ...input, url: 'http://10.0.0.1/hook#part' });
  assert.equal(webhook.url, 'http://10.0.0.1/hook');
});
