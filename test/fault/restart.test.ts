import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { connectClient } from '../support/loopback-clients.ts';
import { Service } from '../support/service.ts';

const services: Service[] = [];

after(async () => {
  for (const service of services.reverse()) {
    await service.end();
  }
});

test('keys, credentials and revocations outlive a restart', async () => {
  const first = await Service.start();
  services.push(first);
  const key = await first.createKey('kept');
  const gone = await first.createKey('gone');
  const kept = await first.generateCredential(key);
  const revoked = await first.generateCredential(key);
  const orphaned = await first.generateCredential(gone);
  await first.revokeCredential(key, revoked.username);
  await first.deleteKey(gone);
  assert.equal(await first.stop(), 0);

  const second = await Service.start({ data: first.data, ports: first.ports });
  services.push(second);
  const { body } = await second.call('GET', '/client/v4/accounts/default/calls/turn_keys');
  assert.deepEqual(
    (body as { result: { name: string }[] }).result.map(({ name }) => name),
    ['kept'],
  );
  const client = await connectClient(second, kept);
  await client.allocate();
  await client.close();
  for (const credential of [revoked, orphaned]) {
    const refused = await connectClient(second, credential);
    await assert.rejects(refused.allocate());
    await refused.close();
  }
});
