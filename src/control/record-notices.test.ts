import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UnixMs } from '../base/clock.ts';
import { WEBHOOK_EVENTS_PER_BATCH_MAX } from '../base/limits.ts';
import type { KeyUid, Username } from '../contract/ids.ts';
import type { RelayNotice } from '../contract/relay-notice.ts';
import { ACCOUNT, BY, OTHER_ACCOUNT, openTestControl } from './control.test-support.ts';
import { createWebhook } from './create-webhook.ts';
import type { ControlPorts } from './ports.ts';
import { listNoticeKinds, recordNotices } from './record-notices.ts';

const subject = {
  accountId: ACCOUNT,
  keyUid: 'a'.repeat(32) as KeyUid,
  customIdentifier: '',
  username: 'user' as Username,
  transport: 'udp',
  at: 1_700_000_000_000 as UnixMs,
} as const;
const started: RelayNotice = { kind: 'allocation-started', ...subject };
const ended: RelayNotice = {
  kind: 'allocation-ended',
  ...subject,
  customIdentifier: 'me',
  reason: 'by_client',
  durationMs: 1_500,
  totals: { ingressBytes: 1, ingressPackets: 2, egressBytes: 3, egressPackets: 4 },
};
const limited: RelayNotice = { kind: 'limit-reached', ...subject, limit: 'limit_reached_credential_quota' };

async function queuedFor(ports: ControlPorts, id: string): Promise<readonly { type: string; data: object }[]> {
  const events = await ports.store.webhookOutbox.listDue(id, ports.clock.unixNow(), 10_000);
  return events.map(({ payload }) => JSON.parse(payload));
}

function makeWebhook(ports: ControlPorts, accountId: string, events: readonly string[]) {
  return createWebhook(ports, BY, accountId, { url: 'https://app.example/', events });
}

test('each webhook is told of what it wants, of its own account', async (context) => {
  const { ports, close } = await openTestControl();
  context.after(close);
  const all = await makeWebhook(ports, ACCOUNT, ['allocation.started', 'allocation.ended', 'limit.reached']);
  const few = await makeWebhook(ports, ACCOUNT, ['allocation.ended']);
  const other = await makeWebhook(ports, OTHER_ACCOUNT, ['allocation.ended']);
  await recordNotices(ports, [started, ended, limited], 0);
  const common = {
    accountId: ACCOUNT,
    keyId: subject.keyUid,
    customIdentifier: null,
    username: 'user',
    transport: 'udp',
  };
  const told = await queuedFor(ports, all.webhook.id);
  assert.deepEqual(
    told.toSorted((a, b) => (a.type < b.type ? -1 : 1)).map(({ type, data }) => [type, data]),
    [
      [
        'allocation.ended',
        {
          ...common,
          customIdentifier: 'me',
          reason: 'by_client',
          durationMs: 1_500,
          ingressBytes: 1,
          ingressPackets: 2,
          egressBytes: 3,
          egressPackets: 4,
        },
      ],
      ['allocation.started', common],
      ['limit.reached', { ...common, limit: 'limit_reached_credential_quota' }],
    ],
  );
  assert.deepEqual(
    (await queuedFor(ports, few.webhook.id)).map(({ type }) => type),
    ['allocation.ended'],
  );
  assert.deepEqual(await queuedFor(ports, other.webhook.id), []);
});

test('of a flood the oldest are dropped and counted, with those that the relay dropped', async (context) => {
  const { ports, close } = await openTestControl();
  context.after(close);
  const { webhook } = await makeWebhook(ports, ACCOUNT, ['allocation.started']);
  const unconcerned = await makeWebhook(ports, ACCOUNT, ['credential.revoked']);
  await recordNotices(ports, new Array<RelayNotice>(WEBHOOK_EVENTS_PER_BATCH_MAX + 7).fill(started), 100);
  assert.equal((await queuedFor(ports, webhook.id)).length, WEBHOOK_EVENTS_PER_BATCH_MAX);
  assert.equal((await ports.store.webhooks.find(webhook.id))?.delivery.eventsDropped, 107);
  assert.equal((await ports.store.webhooks.find(unconcerned.webhook.id))?.delivery.eventsDropped, 0);
});

test('a flood of one account displaces nobody else’s events, and counts for its own webhooks', async (context) => {
  const { ports, close } = await openTestControl();
  context.after(close);
  const { webhook: flooded } = await makeWebhook(ports, ACCOUNT, ['allocation.started']);
  const { webhook: quiet } = await makeWebhook(ports, OTHER_ACCOUNT, ['allocation.started']);
  const flood = new Array<RelayNotice>(2 * WEBHOOK_EVENTS_PER_BATCH_MAX).fill(started);
  await recordNotices(ports, [{ ...started, accountId: OTHER_ACCOUNT }, ...flood], 0);
  assert.equal((await queuedFor(ports, quiet.id)).length, 1);
  assert.equal((await ports.store.webhooks.find(quiet.id))?.delivery.eventsDropped, 0);
  assert.equal((await queuedFor(ports, flooded.id)).length, WEBHOOK_EVENTS_PER_BATCH_MAX - 1);
  assert.equal((await ports.store.webhooks.find(flooded.id))?.delivery.eventsDropped, WEBHOOK_EVENTS_PER_BATCH_MAX + 1);
});

test('relays tell only what some webhook wants', () => {
  assert.deepEqual(listNoticeKinds([]), []);
  assert.deepEqual(listNoticeKinds([{ events: ['credential.revoked'] }]), []);
  assert.deepEqual(
    listNoticeKinds([{ events: ['limit.reached'] }, { events: ['allocation.started', 'limit.reached'] }]),
    ['allocation-started', 'limit-reached'],
  );
});
