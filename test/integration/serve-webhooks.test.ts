import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connectClient } from '../support/loopback-clients.ts';
import { Service, type TestKey } from '../support/service.ts';
import { UdpPeer } from '../support/udp-peer.ts';
import { waitFor } from '../support/wait-for.ts';
import { WebhookReceiver } from '../support/webhook-receiver.ts';

const WEBHOOKS = '/client/v4/accounts/default/calls/webhooks';
const environment = {
  TACITURN_WEBHOOKS_ALLOW: '127.0.0.0/8',
  TACITURN_PEERS_ALLOW: '127.0.0.0/8',
  TACITURN_LIMITS_ALLOCATIONS_PER_CREDENTIAL: '1',
  TACITURN_LOG_LEVEL: 'debug',
};
const ALL = ['allocation.started', 'allocation.ended', 'credential.revoked', 'limit.reached'];

let service: Service;
let receiver: WebhookReceiver;
let key: TestKey;
let webhookId: string;

interface WebhookItem {
  readonly id: string;
  readonly secret: string;
  readonly enabled: boolean;
  readonly last_status?: number;
  readonly last_error?: string;
  readonly failing_since?: string;
}

async function call(method: string, path: string, body?: object): Promise<WebhookItem> {
  const answer = await service.call(method, WEBHOOKS + path, undefined, body);
  assert.ok(answer.status < 300, JSON.stringify(answer.body));
  return (answer.body as { readonly result: WebhookItem }).result;
}

before(async () => {
  receiver = await WebhookReceiver.open();
  service = await Service.start({ environment });
  key = await service.createKey();
  const { id, secret } = await call('POST', '', { url: receiver.url, events: ALL });
  webhookId = id;
  receiver.secret = secret;
  // Its arrival shows that the courier knows the webhook; the relay was told in the same round.
  await call('POST', `/${id}/test`);
  await waitFor('the test event', () => receiver.eventsOf('webhook.test').length === 1);
});

after(async () => {
  await service?.end();
  await receiver?.close();
});

test('an allocation is told when it starts and when it ends, with its exact usage', async () => {
  const credential = await service.generateCredential(key, { customIdentifier: 'user 1' });
  const client = await connectClient(service, credential);
  await client.allocate();
  const peer = await UdpPeer.open();
  await client.createPermission(peer.address);
  for (const length of [0, 3, 700]) {
    client.sendIndication(peer.address, Buffer.alloc(length));
    await peer.receive();
  }
  await client.refresh(0);
  const { sentBytes, sentMessages, receivedBytes, receivedMessages } = client.traffic;
  await client.close();
  await peer.close();

  await waitFor('the end', () => receiver.eventsOf('allocation.ended').length === 1);
  await waitFor('the start', () => receiver.eventsOf('allocation.started').length === 1);
  const subject = {
    accountId: 'default',
    keyId: key.uid,
    customIdentifier: 'user 1',
    username: credential.username,
    transport: 'udp',
  };
  assert.deepEqual(receiver.eventsOf('allocation.started')[0]?.data, subject);
  const { durationMs, ...ended } = receiver.eventsOf('allocation.ended')[0]?.data ?? {};
  assert.ok(Number(durationMs) >= 0 && Number(durationMs) < 20_000);
  assert.deepEqual(ended, {
    ...subject,
    reason: 'by_client',
    ingressBytes: sentBytes,
    ingressPackets: sentMessages,
    egressBytes: receivedBytes,
    egressPackets: receivedMessages,
  });
});

test('a limit that is reached and a revocation are told', async () => {
  const credential = await service.generateCredential(key);
  const [first, second] = [await connectClient(service, credential), await connectClient(service, credential)];
  await first.allocate();
  await assert.rejects(second.allocate(), { code: 486 });
  await service.revokeCredential(key, credential.username);
  const of = (type: string) => receiver.eventsOf(type).filter(({ data }) => data.username === credential.username);
  await waitFor('the limit', () => of('limit.reached').length === 1);
  await waitFor('the revocation', () => of('credential.revoked').length === 1);
  await waitFor('the end', () => of('allocation.ended').length === 1);
  assert.equal(of('limit.reached')[0]?.data.limit, 'limit_reached_credential_quota');
  assert.equal(of('allocation.ended')[0]?.data.reason, 'credential_revoked');
  await first.close();
  await second.close();
});

test('what could not be delivered is delivered after a restart, under the same id', async () => {
  receiver.status = 500;
  const { id } = await call('POST', `/${webhookId}/test`);
  await waitFor('the attempt', () => receiver.attempts.includes(id));
  await waitFor('word of it', async () => (await call('GET', `/${webhookId}`)).last_status === 500);
  assert.match((await call('GET', `/${webhookId}`)).failing_since ?? '', /^20\d\d-/);
  await service.stop();
  receiver.status = 204;
  const { data, ports } = service;
  const next = await Service.start({ environment, data, ports });
  await waitFor('the event', () => receiver.events.some((event) => event.id === id), 20_000);
  await next.stop();
  assert.equal(receiver.forged, 0);
});

test('without leave no address of this machine is reached, and no secret is logged', async () => {
  const strict = await Service.start({ environment: { TACITURN_LOG_LEVEL: 'debug' } });
  const port = new URL(receiver.url).port;
  const attempts = receiver.attempts.length;
  const refused = await strict.call('POST', WEBHOOKS, undefined, { url: receiver.url, events: ALL });
  assert.equal(refused.status, 400, 'http is not even taken');
  const secrets: string[] = [];
  for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]']) {
    const url = `https://${host}:${port}/`;
    const made = await strict.call('POST', WEBHOOKS, undefined, { url, events: ALL });
    const { id, secret } = (made.body as { readonly result: WebhookItem }).result;
    secrets.push(secret);
    await strict.call('POST', `${WEBHOOKS}/${id}/test`);
    await waitFor(`the refusal of ${host}`, async () => {
      const { body } = await strict.call('GET', `${WEBHOOKS}/${id}`);
      const { last_error: reason } = (body as { readonly result: WebhookItem }).result;
      return reason === 'The address is not one that webhooks may be sent to.';
    });
  }
  const metrics = await strict.readMetrics();
  assert.equal(metrics.get('taciturn_webhook_attempts_total{outcome="delivered"}'), 0);
  assert.ok(secrets.every((secret) => !strict.output.includes(secret)));
  await strict.end();
  assert.equal(receiver.attempts.length, attempts);
});
