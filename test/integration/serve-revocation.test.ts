import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { connectClient } from '../support/loopback-clients.ts';
import { Service, type TestCredential, type TestKey } from '../support/service.ts';
import type { TurnClient } from '../support/turn-client.ts';
import { waitFor } from '../support/wait-for.ts';

/** As many that both of two workers have some of them, but for once in two thousand. */
const ALLOCATIONS = 12;
const TTL_SECONDS = 4;

let service: Service;

before(async () => {
  service = await Service.start({ environment: { TACITURN_TURN_WORKERS: '2' } });
});

after(() => service?.end());

async function allocateMany(credential: TestCredential): Promise<readonly TurnClient[]> {
  const clients: TurnClient[] = [];
  for (let index = 0; index < ALLOCATIONS; index += 1) {
    const client = await connectClient(service, credential);
    await client.allocate();
    clients.push(client);
  }
  return clients;
}

/** Waits until all but the bystander's allocations have ended by `reason`, and new ones are refused. */
async function expectEnd(clients: readonly TurnClient[], reason: string, endedBefore: number): Promise<void> {
  await waitFor('the end of the allocations', async () => {
    const metrics = await service.readMetrics();
    return (
      metrics.get('taciturn_allocations') === 1 &&
      metrics.get(`taciturn_allocations_ended_${reason}_total`) === endedBefore + ALLOCATIONS
    );
  });
  for (const client of clients) {
    await assert.rejects(client.allocate(), { code: 401 });
    await client.close();
  }
}

describe('live allocations, on whichever worker, end', () => {
  let bystander: TurnClient;

  before(async () => {
    bystander = await connectClient(service, await service.generateCredential(await service.createKey()));
    await bystander.allocate();
  });

  after(async () => {
    await bystander.refresh(600);
    await bystander.close();
  });

  const endings: readonly (readonly [
    name: string,
    reason: string,
    ttl: number,
    end: (key: TestKey, credential: TestCredential) => Promise<unknown>,
  ])[] = [
    [
      'when their credential is revoked',
      'credential_revoked',
      600,
      (key, { username }) => service.revokeCredential(key, username),
    ],
    [
      'when all credentials of their user are',
      'credential_revoked',
      600,
      (key) =>
        service.call('POST', `/v1/turn/keys/${key.uid}/credentials/revoke`, key.token, { customIdentifier: 'user-1' }),
    ],
    ['when their key is deleted', 'key_deleted', 600, (key) => service.deleteKey(key)],
    ['when their credential expires', 'credential_expired', TTL_SECONDS, async () => {}],
  ];
  for (const [name, reason, ttl, end] of endings) {
    test(name, async () => {
      const key = await service.createKey();
      const credential = await service.generateCredential(key, { ttl, customIdentifier: 'user-1' });
      const endedBefore = (await service.readMetrics()).get(`taciturn_allocations_ended_${reason}_total`) ?? 0;
      const clients = await allocateMany(credential);
      await end(key, credential);
      await expectEnd(clients, reason, endedBefore);
    });
  }
});
