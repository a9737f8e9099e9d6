import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parseIp, parseTransportAddress } from '../../src/base/ip.ts';
import type { AddressWords } from '../../src/base/socket-address.ts';
import { connectClient } from '../support/loopback-clients.ts';
import { ADMIN_TOKEN, Service } from '../support/service.ts';
import { waitFor } from '../support/wait-for.ts';

interface DeniedPeerItem {
  readonly address: string;
  readonly rule: string;
  readonly range?: string;
  readonly count: number;
  readonly first_seen: string;
  readonly last_seen: string;
}

let service: Service;

before(async () => {
  service = await Service.start({
    environment: { TACITURN_USAGE_FLUSH_SECONDS: '1', TACITURN_PEERS_DENY: '198.18.0.0/15,8.8.0.0/16' },
  });
});

after(() => service?.end());

async function listDeniedPeers(uid: string, query = '') {
  const url = `${service.url}/client/v4/accounts/default/calls/turn_keys/${uid}/denied_peers${query}`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } });
  assert.equal(response.status, 200);
  return (await response.json()) as {
    readonly result: readonly DeniedPeerItem[];
    readonly result_info: { readonly total_count: number };
  };
}

test('the peers that a key was denied are told with their rule and number, latest first', async () => {
  const key = await service.createKey();
  const client = await connectClient(service, await service.generateCredential(key));
  await client.allocate();
  for (let time = 0; time < 3; time += 1) {
    await assert.rejects(client.createPermission(parseIp('169.254.169.254') as AddressWords), { code: 403 });
  }
  await assert.rejects(client.bindChannel(0x4000, parseTransportAddress('8.8.8.8:53') as AddressWords), { code: 403 });
  await client.close();

  await waitFor('both rows', async () => (await listDeniedPeers(key.uid)).result.length === 2);
  const { result } = await listDeniedPeers(key.uid);
  assert.deepEqual(
    result.map(({ address, rule, range, count }) => [address, rule, range, count]),
    [
      ['8.8.8.8', 'deny_list', '8.8.0.0/16', 1],
      ['169.254.169.254', 'link_local', undefined, 3],
    ],
  );
  const second = await listDeniedPeers(key.uid, '?page=2&per_page=1');
  assert.deepEqual([second.result, second.result_info.total_count], [result.slice(1), 2]);
  assert.deepEqual((await listDeniedPeers((await service.createKey()).uid)).result, [], 'another key has its own list');
});
