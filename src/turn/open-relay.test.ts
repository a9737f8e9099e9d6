import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LocalQuota } from './quota.ts';
import type { ScriptClient } from './test-support/script-client.ts';
import type { ScriptOptions } from './test-support/script-options.ts';
import { TurnScript } from './test-support/turn-script.ts';

function pending(options: ScriptOptions = {}): { script: TurnScript; alice: ScriptClient } {
  const script = new TurnScript(options);
  script.opensAtOnce = false;
  const alice = script.client('alice', '198.51.100.1:4000');
  return { script, alice };
}

test('a port that another program has is passed over for another one', () => {
  const { script, alice } = pending();
  assert.deepEqual(alice.allocate(), ['open 0 203.0.113.10:50000']);
  assert.deepEqual(script.failRelay(0, 'in-use'), ['open 0 203.0.113.10:50998']);
  assert.deepEqual(script.openRelay(0), [
    'alice < allocate success relayed=203.0.113.10:50998 lifetime=600 mapped=198.51.100.1:4000 sha1',
  ]);
  assert.equal(script.count('relay_open_retried'), 1);
});

test('after eight ports the server gives up', () => {
  const { script, alice } = pending();
  alice.allocate();
  for (let attempt = 1; attempt < 8; attempt += 1) {
    assert.match(script.failRelay(0, 'in-use').join(), /^open 0 203\.0\.113\.10:50\d\d\d$/);
  }
  assert.deepEqual(script.failRelay(0, 'in-use'), ['alice < allocate error error=508 sha1', 'close 0']);
  assert.equal(script.count('rejected_relay_open_failed'), 1);
  assert.equal(script.count('relay_open_retried'), 7);
});

test('or when there is no other port', () => {
  const { script, alice } = pending({ relayPorts: { min: 50_000, max: 50_000 } });
  alice.allocate();
  assert.deepEqual(script.failRelay(0, 'in-use'), ['alice < allocate error error=508 sha1', 'close 0']);
  // The port may be free later on.
  assert.deepEqual(alice.allocate(), ['open 0 203.0.113.10:50000']);
});

for (const failure of ['unavailable', 'forbidden', 'exhausted'] as const) {
  test(`${failure} is no matter of the port`, () => {
    const { script, alice } = pending();
    alice.allocate();
    assert.deepEqual(script.failRelay(0, failure), ['alice < allocate error error=508 sha1', 'close 0']);
    assert.equal(script.server.pendingCount, 0);
    assert.equal((script.options.quota as LocalQuota).size, 0);
  });
}

test('an even port stays even, and a pair a pair, however often it is tried again', () => {
  const { script, alice } = pending();
  alice.allocate({ evenPort: 'even' });
  assert.deepEqual(script.failRelay(0, 'in-use'), ['open 0 203.0.113.10:50998']);
  const bob = script.client('bob', '198.51.100.2:4000');
  assert.deepEqual(bob.allocate({ evenPort: 'even-and-next' }), ['open 1 203.0.113.10:50996']);
  assert.deepEqual(script.failRelay(1, 'in-use'), ['open 1 203.0.113.10:50000']);
  assert.match(script.openRelay(1).join(), / relayed=203\.0\.113\.10:50000 .* token /);
});

test('a socket that never answers is given up, and the client is free to try again', () => {
  const { script, alice } = pending();
  alice.allocate();
  assert.deepEqual(script.advance(4.999), []);
  assert.deepEqual(script.advance(0.001), ['close 0']);
  assert.equal(script.count('drop_allocate_abandoned'), 1);
  assert.equal((script.options.quota as LocalQuota).size, 0);
  assert.deepEqual(script.openRelay(0), []);
  assert.deepEqual(script.failRelay(0, 'in-use'), []);
  assert.equal(alice.allocate().length, 1);
});

test('a connection that ends while its request is pending takes it along', () => {
  const script = new TurnScript();
  const bob = script.client('bob', '198.51.100.2:4000', undefined, 'tcp');
  script.opensAtOnce = false;
  bob.allocate();
  assert.deepEqual(
    script.act((server, now) => server.removeClientSocket(bob.socket, now)),
    ['close 0'],
  );
  assert.equal(script.count('drop_allocate_abandoned'), 1);
  assert.equal(script.count('allocations_ended_disconnected'), 0);
  assert.equal(script.server.pendingCount, 0);
});

test('what arrives at a relay before the allocation lives goes nowhere', () => {
  const { script, alice } = pending();
  alice.allocate({ dual: true });
  script.openRelay(0);
  assert.deepEqual(script.fromPeer(0, '8.8.8.8:53', 'early'), []);
  assert.deepEqual(script.fromPeer(1, '8.8.8.8:53', 'early'), []);
  assert.equal(script.count('drop_peer_no_relay'), 2);
});
