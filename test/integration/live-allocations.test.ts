import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { formatTransportAddress, parseIp } from '../../src/base/ip.ts';
import { type AddressWords, withPort } from '../../src/base/socket-address.ts';
import { EventReader } from '../support/event-reader.ts';
import { connectClient } from '../support/loopback-clients.ts';
import { ADMIN_TOKEN, Service, type TestCredential, type TestKey } from '../support/service.ts';
import type { TurnClient } from '../support/turn-client.ts';
import { UdpPeer } from '../support/udp-peer.ts';
import { waitFor } from '../support/wait-for.ts';

const ALLOCATIONS = '/client/v4/accounts/default/calls/turn_allocations';
const ACCOUNT_LIVE = '/client/v4/accounts/default/calls/turn_live';
const loopback = parseIp('127.0.0.1') as AddressWords;

type Item = Readonly<Record<string, unknown>> & { readonly id: string; readonly username: string };

interface Page {
  readonly messages: readonly { readonly code: number; readonly message: string }[];
  readonly result: readonly Item[];
  readonly result_info: { readonly count: number; readonly cursors: { readonly after?: string } };
}

let service: Service;
let key: TestKey;

before(async () => {
  service = await Service.start({
    environment: { TACITURN_TURN_WORKERS: '2', TACITURN_PEERS_ALLOW: '127.0.0.0/8' },
  });
  key = await service.createKey();
});

after(() => service?.end());

async function list(query = ''): Promise<Page> {
  const { status, body } = await service.call('GET', `${ALLOCATIONS}${query}`);
  assert.equal(status, 200, JSON.stringify(body));
  return body as Page;
}

async function findOf({ username }: TestCredential): Promise<Item> {
  const { result } = await list(`?username=${username}`);
  assert.equal(result.length, 1);
  return result[0] as Item;
}

describe('a live allocation', () => {
  for (const transport of ['udp', 'tcp', 'tls'] as const) {
    test(`over ${transport} is listed with what its client knows, to the byte`, async () => {
      const credential = await service.generateCredential(key, { customIdentifier: 'user 1' });
      const client = await connectClient(service, credential, transport);
      const peer = await UdpPeer.open();
      const { relayed, mapped } = await client.allocate();
      await client.createPermission(peer.address);
      await client.bindChannel(0x4000, peer.address);
      for (const length of [1, 2, 3, 1_000]) {
        client.sendChannelData(0x4000, Buffer.alloc(length));
        await peer.receive();
        peer.send(relayed[0] as AddressWords, Buffer.alloc(length));
        await client.receive();
      }
      const item = await findOf(credential);
      const { traffic } = client;
      const expected = {
        username: credential.username,
        custom_identifier: 'user 1',
        key_uid: key.uid,
        transport,
        client_address: formatTransportAddress(mapped),
        relay_addresses: relayed.map((address) => formatTransportAddress(address)),
        peers: ['127.0.0.1'],
        peer_count: 1,
        ingress_bytes: traffic.sentBytes,
        ingress_packets: traffic.sentMessages,
        egress_bytes: traffic.receivedBytes,
        egress_packets: traffic.receivedMessages,
      };
      assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, item[name]])), expected);
      assert.ok((item.egress_bits_per_second as number) > 0);
      const { body } = await service.call('GET', `${ALLOCATIONS}/${item.id}`);
      const { result } = body as { result: Item & { channels: { peer: string; number: number }[] } };
      assert.deepEqual(
        result.channels.map(({ number, peer: to }) => [number, to]),
        [[0x4000, formatTransportAddress(peer.address)]],
      );
      await peer.close();
      await client.close();
    });
  }

  test('that is ended by its identifier is gone for its client and its peer, once', async () => {
    for (const transport of ['udp', 'tls'] as const) {
      const credential = await service.generateCredential(key);
      const client = await connectClient(service, credential, transport);
      const peer = await UdpPeer.open();
      const { relayed } = await client.allocate();
      await client.createPermission(peer.address);
      const closed = client.transport.closed;
      const { id } = await findOf(credential);
      const ended = await service.call('DELETE', `${ALLOCATIONS}/${id}`);
      assert.deepEqual([ended.status, (ended.body as { result: object }).result], [200, { id }]);
      assert.equal((await list(`?username=${credential.username}`)).result.length, 0);
      peer.send(relayed[0] as AddressWords, Buffer.from('late'));
      if (transport === 'udp') {
        await assert.rejects(client.refresh(600), { code: 437 });
        await client.allocate();
        const { id: successor } = await findOf(credential);
        assert.notEqual(successor, id);
      } else {
        await closed;
      }
      assert.equal(client.unreadCount, 0, 'the peer reaches nobody');
      const again = await service.call('DELETE', `${ALLOCATIONS}/${id}`);
      assert.equal(again.status, 404);
      assert.equal((again.body as { errors: { code: number }[] }).errors[0]?.code, 2040);
      assert.equal((await list(`?username=${credential.username}`)).result.length, transport === 'udp' ? 1 : 0);
      await peer.close();
      await client.close();
    }
    assert.equal((await service.readMetrics()).get('taciturn_allocations_ended_by_operator_total'), 2);
  });
});

test('pages go on where the one before ended, over both workers, and a filter narrows them', async () => {
  const credential = await service.generateCredential(key, { customIdentifier: 'pages' });
  const clients: TurnClient[] = [];
  for (let index = 0; index < 12; index += 1) {
    const client = await connectClient(service, credential);
    await client.allocate();
    clients.push(client);
  }
  const seen: string[] = [];
  let cursor: string | undefined = '';
  for (let pages = 0; cursor !== undefined; pages += 1) {
    assert.ok(pages < 14, 'pages come to an end');
    const query: string = `?custom_identifier=pages&per_page=1${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const { result, result_info: info } = await list(query);
    seen.push(...result.map(({ id }) => id));
    cursor = info.cursors.after;
  }
  assert.equal(seen.length, 12);
  assert.equal(new Set(seen).size, 12);
  const whole = await list('?custom_identifier=pages');
  assert.deepEqual(
    whole.result.map(({ id }) => id),
    seen,
  );
  assert.equal((await list('?custom_identifier=pages&transport=tcp')).result.length, 0);
  for (const client of clients) {
    await client.refresh(0);
    await client.close();
  }
});

test('what no page and no filter can be is refused', async () => {
  for (const [query, code] of [
    ['?per_page=0', 2007],
    ['?per_page=1001', 2007],
    ['?cursor=x', 2041],
    ['?transport=sctp', 2030],
    ['?client_address=x', 2030],
  ] as const) {
    const { status, body } = await service.call('GET', ALLOCATIONS + query);
    assert.deepEqual([status, (body as { errors: { code: number }[] }).errors[0]?.code], [400, code], query);
  }
});

describe('the stream', () => {
  const open = (query = '', headers: Readonly<Record<string, string>> = {}) =>
    EventReader.open(`${service.url}${ALLOCATIONS}/stream${query}`, {
      authorization: `Bearer ${ADMIN_TOKEN}`,
      ...headers,
    });

  test('tells all, then what begins, moves and ends', async () => {
    const credential = await service.generateCredential(key, { customIdentifier: 'stream' });
    const reader = await open('?custom_identifier=stream');
    assert.match(reader.contentType, /^text\/event-stream/);
    const snapshot = await reader.next('snapshot');
    assert.deepEqual(snapshot.data.allocations, []);
    const client = await connectClient(service, credential);
    await client.allocate();
    const [added] = (await reader.next('added')).data.allocations as Item[];
    const { age_seconds: _age, ...listed } = await findOf(credential);
    assert.deepEqual({ ...added, ...pickTraffic(listed) }, listed);
    await client.createPermission(withPort(loopback, 9));
    const changed = await reader.nextThat('changed', ({ allocations }) => (allocations as Item[])[0]?.peer_count === 1);
    assert.equal((changed.data.allocations as Item[])[0]?.id, added?.id);
    const resumed = await open('?custom_identifier=stream', { 'last-event-id': reader.lastEventId });
    await client.refresh(0);
    for (const each of [reader, resumed]) {
      assert.deepEqual((await each.next('removed')).data.ids, [added?.id]);
    }
    assert.equal(resumed.count('snapshot'), 0, 'whoever comes again goes on');
    reader.close();
    resumed.close();
    await client.close();
  });

  test('of an account tells each second what it does', async () => {
    const reader = await EventReader.open(`${service.url}${ACCOUNT_LIVE}/stream`, {
      authorization: `Bearer ${ADMIN_TOKEN}`,
    });
    const { allocations } = (await reader.next('account')).data.total as { allocations: number };
    const client = await connectClient(
      service,
      await service.generateCredential(key, { customIdentifier: 'account stream' }),
    );
    await client.allocate();
    const isMore = ({ total }: { readonly total?: unknown }) =>
      (total as { allocations: number }).allocations > allocations;
    const { data } = await reader.nextThat('account', isMore);
    assert.deepEqual(data.missing, []);
    reader.close();
    await client.close();
  });

  test('is for so many readers with one token, and ends with the token', async () => {
    const made = await service.call('POST', '/client/v4/accounts/default/tokens', ADMIN_TOKEN, {
      permissions: ['Calls Read'],
    });
    const { id, value } = (made.body as { result: { id: string; value: string } }).result;
    const headers = { authorization: `Bearer ${value}` };
    const readers = await Promise.all(Array.from({ length: 8 }, () => open('', headers)));
    for (const path of [ALLOCATIONS, ACCOUNT_LIVE]) {
      const { status, body } = await service.call('GET', `${path}/stream`, value);
      assert.deepEqual([status, (body as { errors: { code: number }[] }).errors[0]?.code], [429, 2043], path);
    }
    readers.pop()?.close();
    const ninth = await waitFor('a free place', async () => open('', headers).catch(() => undefined));
    assert.equal((await service.call('DELETE', `/client/v4/accounts/default/tokens/${id}`)).status, 200);
    for (const reader of [...readers, ninth]) {
      await reader.ended;
    }
  });
});

function pickTraffic(item: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(item).filter(([name]) => /gress_/.test(name)));
}

test('a stream ends when the service stops, which it does not hold up', async () => {
  const stopping = await Service.start();
  const reader = await EventReader.open(`${stopping.url}${ALLOCATIONS}/stream`, {
    authorization: `Bearer ${ADMIN_TOKEN}`,
  });
  await reader.next('snapshot');
  const begun = performance.now();
  stopping.signal('SIGTERM');
  await reader.ended;
  assert.equal(await stopping.waitForExit(), 0);
  assert.ok(performance.now() - begun < 4_500, 'sooner than connections are closed by force');
  await stopping.end();
});
