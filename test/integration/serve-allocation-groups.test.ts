import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parseIp } from '../../src/base/ip.ts';
import type { AddressWords } from '../../src/base/socket-address.ts';
import { connectClient } from '../support/loopback-clients.ts';
import { ADMIN_TOKEN, Service } from '../support/service.ts';
import { waitFor } from '../support/wait-for.ts';

let service: Service;

before(async () => {
  service = await Service.start({ environment: { TACITURN_USAGE_FLUSH_SECONDS: '1' } });
});

after(() => service?.end());

/** What became of a key's allocations, as `udp started 1`, in the order of their names. */
async function readOutcomes(keyId: string): Promise<readonly string[]> {
  const query = `{ viewer { accounts(filter: {accountTag: "default"}) {
    turnAllocationGroups(filter: {keyId: "${keyId}"}) { count dimensions { transport outcome } } } } }`;
  const { status, body } = await service.call('POST', '/client/v4/graphql', ADMIN_TOKEN, { query });
  assert.equal(status, 200);
  const [account] = (body as { data: { viewer: { accounts: readonly [{ turnAllocationGroups: readonly Group[] }] } } })
    .data.viewer.accounts;
  return account.turnAllocationGroups.map(({ count, dimensions }) =>
    [dimensions.transport, dimensions.outcome, count].join(' '),
  );
}

interface Group {
  readonly count: number;
  readonly dimensions: { readonly transport: string; readonly outcome: string };
}

test("what becomes of a key's allocations over UDP and TCP is found in the analytics", async () => {
  const key = await service.createKey();
  const limits = `/client/v4/accounts/default/calls/turn_keys/${key.uid}/limits`;
  await service.call('PUT', limits, ADMIN_TOKEN, { allocations_per_key: 2 });
  const overUdp = await connectClient(service, await service.generateCredential(key));
  const overTcp = await connectClient(service, await service.generateCredential(key), 'tcp');
  const refused = await connectClient(service, await service.generateCredential(key));
  await overUdp.allocate();
  await overTcp.allocate();
  await assert.rejects(refused.allocate(), { code: 486 });
  await assert.rejects(overTcp.createPermission(parseIp('169.254.169.254') as AddressWords), { code: 403 });
  await overUdp.refresh(0);
  await overTcp.close();
  await refused.close();
  await overUdp.close();

  await waitFor('all six', async () => (await readOutcomes(key.uid)).length === 6);
  assert.deepEqual(await readOutcomes(key.uid), [
    'tcp denied_peer 1',
    'tcp ended_disconnected 1',
    'tcp started 1',
    'udp ended_by_client 1',
    'udp refused_key_quota 1',
    'udp started 1',
  ]);
  assert.deepEqual(await readOutcomes((await service.createKey()).uid), [], 'another key has its own');
});
