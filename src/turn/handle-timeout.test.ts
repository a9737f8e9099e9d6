import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LocalQuota } from './quota.ts';
import { START, TurnScript } from './test-support/turn-script.ts';

test('a server that has nothing waits for nothing', () => {
  assert.equal(new TurnScript().server.nextTimeout(), Number.POSITIVE_INFINITY);
});

test('it waits for what ends first', () => {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.mustAllocate({ lifetime: 3_600 });
  assert.equal(script.server.nextTimeout(), START + 3_600_000);
  alice.channelBind(0x4000, '8.8.8.8:53');
  assert.equal(script.server.nextTimeout(), START + 300_000);
  alice.refresh(0);
  assert.equal(script.server.nextTimeout(), Number.POSITIVE_INFINITY);
});

test('a timeout that comes early does nothing', () => {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.mustAllocate();
  alice.createPermission('8.8.8.8');
  assert.deepEqual(
    script.act((server, now) => server.handleTimeout(now)),
    [],
  );
  assert.equal(script.server.allocationCount, 1);
});

test('a timeout that comes late makes up for all', () => {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.mustAllocate({ dual: true });
  alice.channelBind(0x4000, '8.8.8.8:53');
  assert.deepEqual(
    script.act((server, now) => server.handleTimeout((now + 1e7) as typeof now)),
    ['close 0', 'close 1'],
  );
  assert.equal(script.server.nextTimeout(), Number.POSITIVE_INFINITY);
});

test('a live allocation ends with its credential, and a connection with it', () => {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000', script.credential({ lifetimeSeconds: 60 }));
  const bob = script.client('bob', '198.51.100.2:4000', script.credential({ lifetimeSeconds: 60 }), 'tcp');
  alice.mustAllocate();
  bob.mustAllocate();
  assert.deepEqual(script.advance(59.999), []);
  assert.deepEqual(script.advance(0.001), ['close 0', 'close 1', `disconnect ${bob.socket}`]);
  assert.equal(script.count('allocations_ended_credential_expired'), 2);
  assert.equal(script.server.allocationCount, 0);
});

test('its requests fail from then on', () => {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000', script.credential({ lifetimeSeconds: 60 }));
  alice.mustAllocate();
  script.advance(60);
  const challenge = 'error=401 realm=turn.example nonce algorithms=2,1';
  assert.deepEqual(alice.refresh(), [`alice < refresh error ${challenge}`]);
  assert.deepEqual(alice.allocate(), [`alice < allocate error ${challenge}`]);
  assert.equal(script.count('rejected_credential_expired'), 2);
});

test('a request that comes at that moment, before the timeout, fails as well', () => {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000', script.credential({ lifetimeSeconds: 60 }));
  alice.mustAllocate();
  script.now = (script.now + 60_000) as typeof script.now;
  assert.match(alice.refresh().join(), /error=401/);
  assert.equal(script.count('rejected_credential_expired'), 1);
});

test('the lifetime of an allocation is not cut to that of its credential', () => {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000', script.credential({ lifetimeSeconds: 60 }));
  assert.match(alice.allocate().join(), / lifetime=600 /);
});

test('when the clock is set, credentials expire by the new time', () => {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000', script.credential({ lifetimeSeconds: 60 }));
  alice.mustAllocate();
  const offset = script.unixNow - script.now;
  script.server.setClockOffset(offset - 30_000);
  assert.deepEqual(script.advance(89), []);
  script.server.setClockOffset(offset);
  assert.equal(script.server.nextTimeout(), START + 60_000);
  assert.deepEqual(
    script.act((server, now) => server.handleTimeout(now)),
    ['close 0'],
  );
});

test('nothing is left when everything has ended', () => {
  const script = new TurnScript({ dontFragment: true });
  const clients = Array.from({ length: 20 }, (_, i) =>
    script.client(`c${i}`, `198.51.100.${i}:4000`, undefined, i % 2 === 0 ? 'udp' : 'tcp'),
  );
  clients.forEach((client, i) => {
    client.mustAllocate({ dual: i % 3 === 0, lifetime: 600 + 60 * i });
    client.createPermission('9.9.9.9', '1.1.1.1');
    client.channelBind(0x4000 + i, `8.8.8.8:${1_000 + i}`);
    client.channelBind(0x4100 + i, `8.8.4.4:${1_000 + i}`);
  });
  script.client('reserving', '198.51.100.200:4000').mustAllocate({ evenPort: 'even-and-next' });
  assert.equal(script.server.allocationCount, 21);
  const closed = script.advance(2_000).filter((line) => line.startsWith('close '));
  assert.equal(closed.length, 21 + 7);
  assert.equal(script.server.allocationCount, 0);
  assert.equal(script.server.nextTimeout(), Number.POSITIVE_INFINITY);
  assert.equal((script.options.quota as LocalQuota).size, 0);
  assert.equal(script.count('allocations_started'), script.count('allocations_ended_expired'));
  // All ports are free again: as many allocations as there are ports fit.
  const small = new TurnScript({ relayPorts: { min: 50_000, max: 50_003 } });
  const alice = small.client('alice', '198.51.100.1:4000');
  for (let round = 0; round < 5; round += 1) {
    alice.mustAllocate({ evenPort: 'even-and-next' });
    small.advance(600);
  }
});
