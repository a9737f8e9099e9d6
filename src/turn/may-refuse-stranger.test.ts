import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TurnScript } from './test-support/turn-script.ts';

test('one address is refused so often over UDP, by whatever request; the others are counted', () => {
  const script = new TurnScript({ limits: { refusalsPerAddressPerSecond: 2 } });
  const alice = script.client('alice', '198.51.100.1:4000');
  assert.equal([1, 2, 3].flatMap(() => alice.challenge()).length, 2);
  assert.deepEqual(script.counts(), { rejected_unauthenticated: 2, drop_refusal_limit: 1 });
});

test('a stream has shown its address', () => {
  const script = new TurnScript({ limits: { refusalsPerAddressPerSecond: 2 } });
  const bob = script.client('bob', '198.51.100.1:4000', undefined, 'tcp');
  assert.equal([1, 2, 3].flatMap(() => bob.challenge()).length, 3);
});
