import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UnixMs } from '../base/clock.ts';
import { ACCOUNT, BY, OTHER_ACCOUNT, openTestControl } from './control.test-support.ts';
import { createKey } from './create-key.ts';
import { createWebhook } from './create-webhook.ts';
import { deleteWebhook } from './delete-webhook.ts';
import { issueCredential } from './issue-credential.ts';
import { listWebhooks } from './list-webhooks.ts';
import { readWebhook } from './read-webhook.ts';
import { revokeCredential } from './revoke-credential.ts';
import { revokeCredentials } from './revoke-credentials.ts';
import { rollWebhook } from './roll-webhook.ts';
import { sendTestEvent } from './send-test-event.ts';
import { updateWebhook } from './update-webhook.ts';
import { NEW_DELIVERY } from './webhook.ts';
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

test('a change concerns what it names, and what is enabled again begins anew', async (context) => {
  const { ports, close } = await openTestControl();
  context.after(close);
  const { webhook } = await createWebhook(ports, BY, ACCOUNT, { ...input, thresholds: [1] });
  const id = webhook.id;
  const update = async (change: WebhookInput) => {
    const { url, events, thresholds, isEnabled } = await updateWebhook(ports, BY, ACCOUNT, id, change);
    return { url, events, thresholds, isEnabled };
  };
  const { url, events } = webhook;
  assert.deepEqual(await update({}), { url, events, thresholds: [1], isEnabled: true });
  assert.deepEqual(await update({ thresholds: [] }), { url, events, thresholds: [], isEnabled: true });
  const other = 'https://other.example/';
  assert.deepEqual(await update({ url: other }), { url: other, events, thresholds: [], isEnabled: true });
  await sendTestEvent(ports, ACCOUNT, id);
  await ports.store.webhooks.put({
    ...webhook,
    delivery: { ...webhook.delivery, lastStatus: 500, failures: 3, failingSince: webhook.createdAt, eventsDropped: 2 },
  });
  await update({ enabled: false });
  assert.equal(await ports.store.webhookOutbox.count(), 0, 'what waited is forgotten');
  assert.equal((await ports.store.webhooks.find(id))?.delivery.failures, 3);
  await update({ enabled: true });
  assert.deepEqual((await ports.store.webhooks.find(id))?.delivery, NEW_DELIVERY);
});

test('revocations of one credential and of many are told', async (context) => {
  const { ports, close } = await openTestControl();
  context.after(close);
  const { webhook } = await createWebhook(ports, BY, ACCOUNT, { ...input, events: ['credential.revoked'] });
  const { key } = await createKey(ports, BY, ACCOUNT, {});
  const { username } = issueCredential(ports, key, {});
  await revokeCredential(ports, BY, key, username);
  await revokeCredential(ports, BY, key, username);
  await revokeCredentials(ports, BY, key, { customIdentifier: 'me' });
  await revokeCredentials(ports, BY, key, { issuedBefore: 1_000 as UnixMs });
  const issuedBefore = new Date(ports.clock.unixNow() + 1).toISOString();
  const queued = await ports.store.webhookOutbox.listDue(webhook.id, ports.clock.unixNow(), 10);
  const told = queued.map(({ payload }) => JSON.parse(payload).data);
  const common = { accountId: ACCOUNT, keyId: key.uid };
  assert.deepEqual(told.length, 2, 'once each, and nothing of what had expired');
  assert.deepEqual(
    new Set(told.map((each) => JSON.stringify(each))),
    new Set([
      JSON.stringify({ ...common, username, customIdentifier: null, issuedBefore: null }),
      JSON.stringify({ ...common, username: null, customIdentifier: 'me', issuedBefore }),
    ]),
  );
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
