import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS, type Limits, NO_LIMITS } from '../contract/limits.ts';
import type { CounterName } from './counter.ts';
import type { ScriptClient } from './test-support/script-client.ts';
import { TurnScript } from './test-support/turn-script.ts';

const PEER = '8.8.8.8:53';
const UNBOUND_PEER = '8.8.4.4:53';
const CHANNEL = 0x4000;

/** A client with a channel to one peer and a permission for another, under limits that are none where nothing is said. */
function begin(limits: Partial<Limits>, transport: 'udp' | 'tcp' = 'udp'): Rig {
  const script = new TurnScript();
  script.server.setDefaultLimits({ ...NO_LIMITS, ...limits }, script.now);
  const alice = script.client('alice', '198.51.100.1:4000', undefined, transport);
  alice.mustAllocate();
  alice.channelBind(CHANNEL, PEER);
  alice.createPermission('8.8.4.4');
  return { script, alice };
}

interface Rig {
  readonly script: TurnScript;
  readonly alice: ScriptClient;
}

/** How many of so many packets are relayed. */
function relayed(count: number, send: () => string[]): number {
  return Array.from({ length: count }, send).filter((lines) => lines.length === 1).length;
}

interface Way {
  readonly name: string;
  readonly overPackets: CounterName;
  readonly overBits: CounterName;
  send(rig: Rig, bytes: number): string[];
}

const WAYS: readonly Way[] = [
  {
    name: 'ChannelData of a client',
    overPackets: 'drop_packet_limit',
    overBits: 'drop_bit_limit',
    send: ({ alice }, bytes) => alice.sendChannelData(CHANNEL, new Uint8Array(bytes)),
  },
  {
    name: 'Send indications',
    overPackets: 'drop_packet_limit',
    overBits: 'drop_bit_limit',
    send: ({ alice }, bytes) => alice.send(UNBOUND_PEER, 'x'.repeat(bytes)),
  },
  {
    name: "a peer's data on a channel",
    overPackets: 'drop_peer_packet_limit',
    overBits: 'drop_peer_bit_limit',
    send: ({ script }, bytes) => script.fromPeer(0, PEER, new Uint8Array(bytes)),
  },
  {
    name: "a peer's data without a channel",
    overPackets: 'drop_peer_packet_limit',
    overBits: 'drop_peer_bit_limit',
    send: ({ script }, bytes) => script.fromPeer(0, UNBOUND_PEER, new Uint8Array(bytes)),
  },
];

for (const way of WAYS) {
  test(`${way.name}: so many packets a second, after as many at once`, () => {
    const rig = begin({ allocationPacketsPerSecond: 10 });
    assert.equal(
      relayed(15, () => way.send(rig, 8)),
      10,
    );
    rig.script.advance(0.25);
    assert.equal(
      relayed(15, () => way.send(rig, 8)),
      2,
    );
    assert.equal(rig.script.count(way.overPackets), 18);
    assert.equal(rig.script.count(way.overBits), 0);
  });

  test(`${way.name}: so many bits a second, of the message between client and server`, () => {
    const rig = begin({ allocationBitsPerSecond: 8 * 1_000_000 });
    way.send(rig, 1_000);
    const { ingressBytes, egressBytes } = usageOf(rig.script);
    const messageBytes = way.overBits === 'drop_bit_limit' ? ingressBytes : egressBytes;
    assert.ok(messageBytes > 1_000);
    const more = Math.floor(1_000_000 / messageBytes) - 1;
    assert.equal(
      relayed(more + 5, () => way.send(rig, 1_000)),
      more,
    );
    rig.script.advance(0.5);
    assert.equal(rig.script.count(way.overBits), 5);
    const level = 1_000_000 - (more + 1) * messageBytes + 500_000;
    assert.equal(
      relayed(1_000, () => way.send(rig, 1_000)),
      Math.floor(level / messageBytes),
    );
    assert.equal(rig.script.count(way.overPackets), 0);
  });
}

/** What was counted since the last time, less the requests with which the script began. */
function usageOf(script: TurnScript): { readonly ingressBytes: number; readonly egressBytes: number } {
  const [row] = script.server.collectUsage(0, Number.POSITIVE_INFINITY, script.now).rows;
  const control = beginBytes;
  return {
    ingressBytes: (row?.ingressBytes ?? 0) - control.ingressBytes,
    egressBytes: (row?.egressBytes ?? 0) - control.egressBytes,
  };
}

const beginBytes = (() => {
  const { script } = begin({});
  const [row] = script.server.collectUsage(0, Number.POSITIVE_INFINITY, script.now).rows;
  return { ingressBytes: row?.ingressBytes ?? 0, egressBytes: row?.egressBytes ?? 0 };
})();

test('the directions are counted apart, and so are allocations', () => {
  const rig = begin({ allocationPacketsPerSecond: 3 });
  const [up, , down] = WAYS as readonly [Way, Way, Way, Way];
  const bob = rig.script.client('bob', '198.51.100.2:4000');
  bob.mustAllocate();
  bob.channelBind(CHANNEL, PEER);
  assert.equal(
    relayed(5, () => up.send(rig, 8)),
    3,
  );
  assert.equal(
    relayed(5, () => down.send(rig, 8)),
    3,
  );
  assert.equal(
    relayed(5, () => bob.sendChannelData(CHANNEL, 'x')),
    3,
  );
});

test('a packet that is not relayed for another reason does not count', () => {
  const { script, alice } = begin({ allocationPacketsPerSecond: 1 });
  alice.sendChannelData(CHANNEL + 1, 'x');
  alice.send('9.9.9.9:1', 'x');
  script.fromPeer(0, '9.9.9.9:1', 'x');
  assert.equal(alice.sendChannelData(CHANNEL, 'x').length, 1);
  assert.equal(script.fromPeer(0, PEER, 'x').length, 1);
});

test('what a client sends over a limit is usage, and what a peer does is not', () => {
  const { script, alice } = begin({ allocationPacketsPerSecond: 1 });
  alice.sendChannelData(CHANNEL, 'x');
  script.fromPeer(0, PEER, 'x');
  script.server.collectUsage(0, Number.POSITIVE_INFINITY, script.now).rows;
  alice.sendChannelData(CHANNEL, 'abcd');
  script.fromPeer(0, PEER, 'abcd');
  const [row] = script.server.collectUsage(0, Number.POSITIVE_INFINITY, script.now).rows;
  assert.deepEqual([row?.ingressBytes, row?.ingressPackets, row?.egressBytes, row?.egressPackets], [8, 1, 0, 0]);
});

test('the longest datagram passes, however low the limit is', () => {
  const { script, alice } = begin({ allocationBitsPerSecond: 1 }, 'tcp');
  const longest = new Uint8Array(65_507);
  assert.equal(script.fromPeer(0, UNBOUND_PEER, longest).length, 1);
  assert.equal(alice.sendChannelData(CHANNEL, longest).length, 1);
});

test('new peers by CreatePermission: a burst, then so many a second, all of a request or none', () => {
  const { script, alice } = begin({ allocationNewPeersPerSecond: 2, allocationNewPeersBurst: 5 });
  // Two of the burst went into the beginning.
  assert.match(String(alice.createPermission('9.0.0.1', '9.0.0.2', '9.0.0.3', '9.0.0.4')), /508/);
  assert.match(String(alice.createPermission('9.0.0.1', '9.0.0.2', '9.0.0.2')), /success/);
  assert.match(String(alice.createPermission('9.0.0.3', '9.0.0.4')), /508/);
  assert.match(String(alice.createPermission('9.0.0.1', '9.0.0.2', '8.8.8.8', '9.0.0.3')), /success/);
  assert.match(String(alice.createPermission('9.0.0.4')), /508/);
  assert.match(String(alice.createPermission('9.0.0.1', '9.0.0.3')), /success/, 'known peers are refreshed');
  script.advance(0.5);
  assert.match(String(alice.createPermission('9.0.0.4')), /success/);
  assert.match(String(alice.channelBind(CHANNEL + 1, '9.0.0.5:1')), /508/);
  assert.equal(script.count('rejected_new_peer_limit'), 4);
});

test('new peers by ChannelBind: another port of a known address is none', () => {
  const { script, alice } = begin({ allocationNewPeersPerSecond: 1, allocationNewPeersBurst: 3 });
  assert.match(String(alice.channelBind(CHANNEL + 1, '8.8.8.8:54')), /success/);
  assert.match(String(alice.channelBind(CHANNEL + 2, '9.0.0.1:1')), /success/);
  assert.match(String(alice.channelBind(CHANNEL + 3, '9.0.0.2:1')), /508/);
  script.advance(1);
  assert.match(String(alice.channelBind(CHANNEL + 3, '9.0.0.2:1')), /success/);
  assert.equal(script.count('rejected_new_peer_limit'), 1);
});

test('a peer that is refused for another reason does not count', () => {
  const { alice } = begin({ allocationNewPeersPerSecond: 1, allocationNewPeersBurst: 3 });
  assert.match(String(alice.createPermission('10.0.0.1', '9.0.0.1')), /403/);
  assert.match(String(alice.channelBind(CHANNEL, '9.0.0.1:1')), /400/);
  assert.match(String(alice.createPermission('9.0.0.1')), /success/);
});

test('by default a call may begin with twenty candidates, and ICE anew at once', () => {
  const { script, alice } = begin(DEFAULT_LIMITS);
  for (let candidate = 1; candidate <= 38; candidate += 1) {
    assert.match(String(alice.createPermission(`9.0.0.${candidate}`)), /success/);
  }
  assert.match(String(alice.createPermission('9.0.1.1')), /508/);
  script.advance(1);
  const [request] = [['9.0.1.1', '9.0.1.2', '9.0.1.3', '9.0.1.4', '9.0.1.5']];
  assert.match(String(alice.createPermission(...(request as string[]))), /success/);
});

test('other limits hold at once for allocations that live, and for those to come', () => {
  const rig = begin({});
  const [up] = WAYS as readonly [Way];
  assert.equal(
    relayed(50, () => up.send(rig, 8)),
    50,
  );
  rig.script.server.setDefaultLimits({ ...NO_LIMITS, allocationPacketsPerSecond: 4 }, rig.script.now);
  const bob = rig.script.client('bob', '198.51.100.2:4000');
  bob.mustAllocate();
  bob.channelBind(CHANNEL, PEER);
  assert.equal(
    relayed(50, () => up.send(rig, 8)),
    4,
  );
  assert.equal(
    relayed(50, () => bob.sendChannelData(CHANNEL, 'x')),
    4,
  );
  rig.script.server.setDefaultLimits(NO_LIMITS, rig.script.now);
  assert.equal(
    relayed(50, () => up.send(rig, 8)),
    50,
  );
});
