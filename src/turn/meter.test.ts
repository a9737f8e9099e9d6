import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientTransport } from '../contract/ids.ts';
import type { UsageRow } from '../contract/usage-delta.ts';
import type { ScriptClient } from './test-support/script-client.ts';
import { ACCOUNT, KEY, TurnScript } from './test-support/turn-script.ts';

function begin(transport: ClientTransport = 'udp'): { script: TurnScript; alice: ScriptClient } {
  const script = new TurnScript();
  const alice = script.client(
    'alice',
    '198.51.100.1:4000',
    script.credential({ customIdentifier: 'user 1' }),
    transport,
  );
  return { script, alice };
}

function collect(script: TurnScript): UsageRow[] {
  return script.server.collectUsage(0, Number.POSITIVE_INFINITY, script.now).rows;
}

/** The one row of a collection, in short: ingress and egress, each as bytes/packets. */
function traffic(script: TurnScript): string {
  const rows = collect(script);
  assert.equal(rows.length, 1);
  const { ingressBytes, ingressPackets, egressBytes, egressPackets } = rows[0] as UsageRow;
  return `${ingressBytes}/${ingressPackets} ${egressBytes}/${egressPackets}`;
}

test('a row says whose it is', () => {
  const { script, alice } = begin('tls');
  alice.mustAllocate();
  script.advance(2);
  const [row] = collect(script);
  assert.deepEqual(row, {
    accountId: ACCOUNT,
    keyUid: KEY,
    customIdentifier: 'user 1',
    username: alice.credential.username,
    transport: 'tls',
    ingressBytes: alice.lastRequest.length,
    ingressPackets: 1,
    egressBytes: 20 + 12 + 8 + 12 + 24,
    egressPackets: 1,
    allocationsStarted: 1,
    allocationMs: 2_000,
  });
});

test('what failed authentication, or came before it, is not counted', () => {
  const { script, alice } = begin();
  alice.challenge();
  alice.bind();
  alice.mustAllocate();
  traffic(script);
  alice.bind();
  alice.challenge();
  const { password } = alice.credential;
  alice.credential = { ...alice.credential, password: 'wrong' };
  alice.refresh();
  alice.credential = { ...alice.credential, password };
  const other = script.credential();
  alice.credential = other;
  alice.refresh();
  assert.equal(traffic(script), '0/0 0/0');
});

test('authenticated requests and their answers are, errors among them', () => {
  const { script, alice } = begin();
  alice.mustAllocate();
  traffic(script);
  let ingress = 0;
  let egress = 0;
  for (const send of [
    () => alice.refresh(),
    () => alice.createPermission('8.8.8.8'),
    () => alice.createPermission('10.0.0.1'),
    () => alice.channelBind(0x4000, '8.8.8.8:53'),
    () => alice.allocate(),
  ]) {
    send();
    ingress += alice.lastRequest.length;
    egress += script.server.forward.length;
  }
  assert.equal(traffic(script), `${ingress}/5 ${egress}/5`);
});

test('a retransmitted Allocate counts as what it is', () => {
  const { script, alice } = begin();
  alice.mustAllocate();
  const first = traffic(script);
  alice.repeat();
  assert.equal(traffic(script), first);
});

test('data count with all that is around them', () => {
  const { script, alice } = begin();
  alice.mustAllocate();
  alice.createPermission('8.8.8.8');
  alice.channelBind(0x4000, '9.9.9.9:53');
  traffic(script);
  alice.sendChannelData(0x4000, 'abcde');
  assert.equal(traffic(script), '9/1 0/0');
  script.fromPeer(0, '9.9.9.9:53', 'abcde');
  assert.equal(traffic(script), '0/0 9/1');
  alice.send('8.8.8.8:53', 'abcde');
  assert.equal(traffic(script), '44/1 0/0');
  script.fromPeer(0, '8.8.8.8:53', 'abcde');
  assert.equal(traffic(script), '0/0 44/1');
  script.fromIcmp(0, '8.8.8.8:53', 3, 3);
  assert.equal(traffic(script), '0/0 44/1');
});

test('on streams with their padding', () => {
  const { script, alice } = begin('tcp');
  alice.mustAllocate();
  alice.channelBind(0x4000, '9.9.9.9:53');
  traffic(script);
  alice.sendChannelData(0x4000, 'abcde');
  script.fromPeer(0, '9.9.9.9:53', 'abcde');
  assert.equal(traffic(script), '12/1 12/1');
});

test('what a client sends counts even where it goes nowhere, what peers send only where it passes', () => {
  const { script, alice } = begin();
  alice.mustAllocate();
  traffic(script);
  alice.sendChannelData(0x4000, 'abcde');
  alice.send('8.8.8.8:53', 'abcde');
  script.fromPeer(0, '8.8.8.8:53', 'abcde');
  assert.equal(traffic(script), '53/2 0/0');
});

test('a deletion counts with its answer, and the row still comes', () => {
  const { script, alice } = begin();
  alice.mustAllocate();
  collect(script);
  script.advance(3);
  alice.refresh(0);
  const [row] = collect(script);
  assert.equal(row?.ingressBytes, alice.lastRequest.length);
  assert.equal(row?.egressBytes, 20 + 8 + 24);
  assert.equal(row?.allocationMs, 3_000);
  assert.equal(row?.allocationsStarted, 0);
  assert.deepEqual(collect(script), []);
});

test('nothing counts twice', () => {
  const { script, alice } = begin();
  alice.mustAllocate();
  script.advance(1);
  collect(script);
  script.advance(1);
  const [row] = collect(script);
  assert.equal(row?.allocationsStarted, 0);
  assert.equal(row?.allocationMs, 1_000);
  assert.equal(row?.ingressBytes, 0);
});

test('allocations of one username are one row per transport, ended ones included', () => {
  const script = new TurnScript();
  const credential = script.credential();
  const [a, b, c] = (['udp', 'udp', 'tcp'] as const).map((transport, i) =>
    script.client(`c${i}`, `198.51.100.${i}:4000`, credential, transport),
  );
  a?.mustAllocate();
  b?.mustAllocate();
  c?.mustAllocate();
  script.advance(10);
  a?.refresh(0);
  const rows = collect(script);
  assert.deepEqual(
    rows.map(({ transport, allocationsStarted, allocationMs }) => [transport, allocationsStarted, allocationMs]),
    [
      ['udp', 2, 20_000],
      ['tcp', 1, 10_000],
    ],
  );
});

test('pending allocations are none yet', () => {
  const { script, alice } = begin();
  script.opensAtOnce = false;
  alice.allocate();
  assert.deepEqual(collect(script), []);
});

test('all bytes together are counted too', () => {
  const { script, alice } = begin();
  alice.mustAllocate();
  const [row] = collect(script);
  assert.equal(script.count('ingress_bytes'), row?.ingressBytes);
  assert.equal(script.count('egress_bytes'), row?.egressBytes);
});

test('many allocations are collected in slices that miss nothing and count nothing twice', () => {
  const script = new TurnScript();
  const clients = ['a', 'b', 'c', 'd', 'e'].map((name, index) =>
    script.client(name, `198.51.100.1:${4000 + index}`, script.credential({ customIdentifier: name })),
  );
  for (const client of clients) {
    client.mustAllocate();
  }
  for (const client of clients.slice(3)) {
    client.refresh(0);
  }
  const collectSlices = () => {
    const slices: string[] = [];
    let from: number | undefined = 0;
    while (from !== undefined) {
      const { rows, next } = script.server.collectUsage(from, 2, script.now);
      slices.push(rows.map((row) => row.customIdentifier).join(' '));
      from = next;
    }
    return slices;
  };
  assert.deepEqual(collectSlices(), ['d e', 'a b', 'c'], 'those that ended came first');
  assert.deepEqual(collectSlices(), ['a b', 'c', '']);
});
