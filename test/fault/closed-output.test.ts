import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connectPair, relayOnce } from '../support/loopback-clients.ts';
import { Service } from '../support/service.ts';

let service: Service;

before(async () => {
  service = await Service.start({ environment: { TACITURN_LOG_LEVEL: 'debug' } });
});

after(() => service?.end());

test('a service whose output nobody reads any more goes on', async () => {
  service.closeOutput();
  const key = await service.createKey();
  const pair = await connectPair(service, key);
  await relayOnce(pair);
  await Promise.all(pair.clients.map((client) => client.close()));
  assert.equal(await service.stop(), 0);
});
