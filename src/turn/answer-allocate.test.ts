import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RELAY_IPV4 } from './test-support/script-options.ts';
import { TurnScript } from './test-support/turn-script.ts';

test('an answer has all that the allocation has, in one order, and fits', () => {
  const software = 's'.repeat(64);
  const script = new TurnScript({ software, relays: [{ bind: RELAY_IPV4, advertised: RELAY_IPV4 }] });
  const alice = script.client('alice', '[2001:db8::1]:4000');
  alice.style = 'sha256';
  alice.fingerprint = true;
  const words = [
    'relayed=203.0.113.10:50000 lifetime=600 mapped=[2001:db8::1]:4000',
    `address-error=ipv6:440 software=${software} sha256 fingerprint`,
  ];
  assert.deepEqual(alice.allocate({ dual: true }), [`alice < allocate success ${words.join(' ')}`]);
});

test('a token stands behind the addresses', () => {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000');
  assert.deepEqual(alice.allocate({ evenPort: 'even-and-next' }), [
    'alice < allocate success relayed=203.0.113.10:50000 lifetime=600 mapped=198.51.100.1:4000 token sha1',
  ]);
});

test('a lifetime is never told longer than it is', () => {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.mustAllocate();
  script.advance(0.001);
  assert.match(alice.repeat().join(), / lifetime=599 /);
});

test('a lifetime is told as it was granted, whatever the fractions of the clock', () => {
  for (const seconds of [0.1234, 0.8504, 4.0309, 22.8684]) {
    const script = new TurnScript();
    const alice = script.client('alice', '198.51.100.1:4000');
    script.advance(seconds);
    assert.match(alice.allocate().join(), / lifetime=600 /);
  }
});
