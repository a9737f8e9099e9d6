import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCOUNT, BY, openTestControl } from '../control/control.test-support.ts';
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
