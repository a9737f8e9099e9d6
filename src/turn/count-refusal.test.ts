import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LimitOverrides, NO_LIMITS } from '../contract/limits.ts';
import type { ScriptOptions } from './test-support/script-options.ts';
import { ACCOUNT, KEY, TurnScript } from './test-support/turn-script.ts';

function begin(options: ScriptOptions = {}, limits: LimitOverrides = {}): TurnScript {
  const script = new TurnScript(options);
  script.server.setDefaultLimits({ ...NO_LIMITS, ...limits }, script.now);
  return script;
}

/** The outcomes since the last time, as `udp started 2`. */
function outcomesOf({ server }: TurnScript): readonly string[] {
  return server.collectOutcomes().map(({ accountId, keyUid, transport, outcome, count }) => {
    assert.deepEqual([accountId, keyUid], [ACCOUNT, KEY]);
    return `${transport} ${outcome} ${count}`;
  });
}

test('an allocation that starts, is denied a peer, meets limits, and ends', () => {
  const script = begin(
    {},
    { allocationNewPeersPerSecond: 1, allocationNewPeersBurst: 1, allocationPacketsPerSecond: 1 },
  );
  const alice = script.client('alice', '198.51.100.1:4000');
  const bob = script.client('bob', '198.51.100.2:4000', undefined, 'tcp');
  alice.mustAllocate();
  bob.mustAllocate();
  assert.deepEqual(outcomesOf(script), ['udp started 1', 'tcp started 1']);
  alice.createPermission('10.0.0.1', '169.254.169.254');
  alice.channelBind(0x4000, '127.0.0.1:9');
  alice.channelBind(0x4000, '8.8.8.8:9');
  alice.createPermission('9.9.9.9');
  for (let packet = 0; packet < 4; packet += 1) {
    alice.sendChannelData(0x4000, 'x');
  }
  assert.deepEqual(outcomesOf(script), ['udp denied_peer 2', 'udp limited_new_peers 1', 'udp limited_packets 1']);
  alice.refresh(0);
  script.advance(3_600);
  assert.deepEqual(outcomesOf(script), ['udp ended_by_client 1', 'tcp ended_expired 1']);
  assert.deepEqual(outcomesOf(script), []);
});

test('a Send indication to a denied peer is a packet, and no outcome', () => {
  const script = begin({ listeners: ['0.0.0.0:3478'] });
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.mustAllocate();
  alice.createPermission('203.0.113.10');
  alice.send('203.0.113.10:3478', 'x');
  assert.equal(script.count('denied_peer_own_listener'), 1);
  assert.deepEqual(outcomesOf(script), ['udp started 1']);
});

for (const [limits, outcome] of [
  [{ allocationsPerCredential: 1 }, 'refused_credential_quota'],
  [{ allocationsPerCustomIdentifier: 1 }, 'refused_custom_identifier_quota'],
  [{ allocationsPerKey: 1 }, 'refused_key_quota'],
  [{ allocationsPerAccount: 1 }, 'refused_account_quota'],
] as const) {
  test(`one allocation more than a quota lets be is ${outcome}`, () => {
    const script = begin({}, limits);
    const credential = script.credential({ customIdentifier: 'alice' });
    for (const address of ['198.51.100.1:4000', '198.51.100.2:4000']) {
      script.client('alice', address, credential).allocate();
    }
    assert.deepEqual(outcomesOf(script), ['udp started 1', `udp ${outcome} 1`]);
  });
}

test("a client address's quota, a full server and a server that drains have names of their own", () => {
  const script = begin({ limits: { allocationsPerClientAddressMax: 1, allocationsMax: 2 } });
  script.client('a', '198.51.100.1:4000').allocate();
  script.client('b', '198.51.100.1:4001').allocate();
  script.client('c', '198.51.100.2:4000').allocate();
  script.client('d', '198.51.100.3:4000').allocate();
  script.server.setDraining(true);
  script.client('e', '198.51.100.4:4000').allocate();
  assert.deepEqual(outcomesOf(script), [
    'udp started 2',
    'udp refused_client_address_quota 1',
    'udp refused_capacity 2',
  ]);
});

test('who has sent what his key may send in a month is refused', () => {
  const script = begin();
  const until = script.unixNow + 1_000;
  const change = { kind: 'egress-blocked', holder: { kind: 'key', keyUid: KEY }, until } as const;
  script.server.applyChange(change as Parameters<typeof script.server.applyChange>[0], script.now);
  script.client('alice', '198.51.100.1:4000').allocate();
  assert.deepEqual(outcomesOf(script), ['udp refused_egress 1']);
});

test('a socket that does not open is want of capacity, and a mistaken request is something else', () => {
  const script = begin();
  const alice = script.client('alice', '198.51.100.1:4000');
  script.opensAtOnce = false;
  alice.allocate();
  script.failRelay(0, 'unavailable');
  assert.deepEqual(outcomesOf(script), ['udp refused_capacity 1']);
  script.opensAtOnce = true;
  alice.mustAllocate();
  alice.allocate();
  assert.deepEqual(outcomesOf(script), ['udp started 1', 'udp refused_other 1']);
});

test('a request that is not authenticated belongs to nobody', () => {
  const script = begin();
  const alice = script.client('alice', '198.51.100.1:4000', { ...script.credential(), password: 'wrong' });
  alice.allocate();
  assert.equal(script.count('rejected_wrong_integrity'), 1);
  assert.deepEqual(outcomesOf(script), []);
});
