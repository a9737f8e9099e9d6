import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WEBHOOKS_AT_ONCE_PER_ACCOUNT } from '../base/limits.ts';
import { ACCOUNT, BY, OTHER_ACCOUNT, openTestControl } from '../control/control.test-support.ts';
import { createWebhook } from '../control/create-webhook.ts';
import { deleteWebhook } from '../control/delete-webhook.ts';
import { sendTestEvent } from '../control/send-test-event.ts';
import { createLogger } from '../observe/logger.ts';
import { WebhookCourier } from './webhook-courier.ts';

/** A round begins when the timer fires, and is over some turns of the event loop later. */
async function passRound(tick: (ms: number) => void): Promise<void> {
  tick(1_000);
  for (let turn = 0; turn < 50; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('every second what is due is sent, and the relay is told what is wanted', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { ports, close } = await openTestControl();
  context.after(close);
  const sent: string[] = [];
  const wanted: string[] = [];
  const courier = new WebhookCourier({
    ports,
    send: async ({ headers }) => {
      sent.push(headers['webhook-id'] ?? '');
      return { kind: 'answered', status: 200 };
    },
    log: createLogger({ level: 'silent', format: 'json', write: () => {} }),
    onNoticesWanted: (kinds) => wanted.push(kinds.join()),
  });
  const pass = () => passRound((ms) => context.mock.timers.tick(ms));
  courier.start();
  await pass();
  const { webhook } = await createWebhook(ports, BY, ACCOUNT, {
    url: 'https://app.example',
    events: ['limit.reached'],
  });
  const id = await sendTestEvent(ports, ACCOUNT, webhook.id);
  await pass();
  assert.deepEqual([sent, wanted], [[id], ['limit-reached']]);
  await deleteWebhook(ports, BY, ACCOUNT, webhook.id);
  await pass();
  assert.deepEqual([sent, wanted], [[id], ['limit-reached', '']]);
  await courier.stop();
  assert.deepEqual(courier.read(), { delivered: 1, failed: 0, disabled: 0, queued: 0 });
});

test('receivers that never answer leave room for those of other accounts, and for whoever has waited longest', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { ports, close } = await openTestControl({ maxWebhooksPerAccount: 100 });
  context.after(close);
  const silent: (() => void)[] = [];
  const sent: string[] = [];
  const courier = new WebhookCourier({
    ports,
    send: ({ url }) => {
      sent.push(new URL(url).hostname);
      return url.includes('silent')
        ? new Promise((resolve) => silent.push(() => resolve({ kind: 'answered', status: 200 })))
        : Promise.resolve({ kind: 'answered', status: 200 });
    },
    log: createLogger({ level: 'silent', format: 'json', write: () => {} }),
    onNoticesWanted: () => {},
  });
  for (let i = 0; i < 20; i += 1) {
    const url = `https://silent-${i}.example/`;
    const { webhook } = await createWebhook(ports, BY, ACCOUNT, { url, events: ['limit.reached'] });
    await sendTestEvent(ports, ACCOUNT, webhook.id);
  }
  const input = { url: 'https://quick.example/', events: ['limit.reached'] };
  const { webhook: quick } = await createWebhook(ports, BY, OTHER_ACCOUNT, input);
  await sendTestEvent(ports, OTHER_ACCOUNT, quick.id);
  courier.start();
  await passRound((ms) => context.mock.timers.tick(ms));
  await passRound((ms) => context.mock.timers.tick(ms));
  assert.equal(sent.filter((host) => host.startsWith('silent')).length, WEBHOOKS_AT_ONCE_PER_ACCOUNT);
  assert.equal(sent.filter((host) => host === 'quick.example').length, 1);
  while (silent.length > 0) {
    silent.shift()?.();
    await passRound((ms) => context.mock.timers.tick(ms));
  }
  assert.equal(new Set(sent).size, 21, 'each had its turn');
  await courier.stop();
});
