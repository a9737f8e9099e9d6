import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../base/clock.ts';
import type { ReservedPort } from './command.ts';
import type { ScriptClient } from './test-support/script-client.ts';
import { TurnScript } from './test-support/turn-script.ts';

/** Allocates a pair's even port, and returns the token for the odd one. */
function reserve(client: ScriptClient): Uint8Array {
  assert.match(client.allocate({ evenPort: 'even-and-next' }).join(), /^\S+ < allocate success .* token sha1$/);
  assert(client.token !== undefined);
  return client.token;
}

function begin(): { script: TurnScript; alice: ScriptClient; bob: ScriptClient } {
  const script = new TurnScript();
  return {
    script,
    alice: script.client('alice', '198.51.100.1:4000'),
    bob: script.client('bob', '198.51.100.2:4000', undefined, 'tcp'),
  };
}

test('EVEN-PORT gives an even port', () => {
  const { alice } = begin();
  assert.match(
    alice.allocate({ evenPort: 'even' }).join(),
    / relayed=203\.0\.113\.10:50000 lifetime=600 mapped=\S+ sha1$/,
  );
});

test('EVEN-PORT goes with both families', () => {
  const { alice } = begin();
  alice.mustAllocate({ evenPort: 'even', dual: true });
  assert.deepEqual(alice.relayed, ['203.0.113.10:50000', '[2001:db8:a::10]:50000']);
});

test('with its R bit, the next port is kept for whoever brings the token, over any 5-tuple and with any credential', () => {
  const { script, alice, bob } = begin();
  const token = reserve(alice);
  assert.deepEqual(alice.relayed, ['203.0.113.10:50000']);
  bob.mustAllocate({ token });
  assert.deepEqual(bob.relayed, ['203.0.113.10:50001']);
  assert.equal(script.count('reservations_made'), 1);
});

test('a retransmission is answered with the same token', () => {
  const { alice } = begin();
  const token = reserve(alice);
  alice.token = undefined;
  alice.repeat();
  assert.deepEqual(alice.token, token);
});

test('a token is good once', () => {
  const { script, alice, bob } = begin();
  const token = reserve(alice);
  bob.mustAllocate({ token });
  const carol = script.client('carol', '198.51.100.3:4000');
  assert.deepEqual(carol.allocate({ token }), ['carol < allocate error error=508 sha1']);
  assert.equal(script.count('rejected_reservation_token'), 1);
});

test('the port is kept for 30 seconds, be the allocation alive or not', () => {
  const { script, alice, bob } = begin();
  const token = reserve(alice);
  alice.refresh(0);
  script.advance(29);
  bob.mustAllocate({ token });
  assert.deepEqual(bob.relayed, ['203.0.113.10:50001']);
});

test('and then is free for everybody', () => {
  const { script, alice, bob } = begin();
  const token = reserve(alice);
  script.advance(30);
  assert.deepEqual(bob.allocate({ token }), ['bob < allocate error error=508 sha1']);
  assert.equal(script.count('reservations_expired'), 1);
  assert.equal(script.server.claimReservation(token), undefined);
});

test('when the port behind a token is taken after all, no other is tried', () => {
  const { script, alice, bob } = begin();
  const token = reserve(alice);
  script.opensAtOnce = false;
  assert.deepEqual(bob.allocate({ token }), ['open 1 203.0.113.10:50001']);
  assert.deepEqual(script.failRelay(1, 'in-use'), ['bob < allocate error error=508 sha1', 'close 1']);
});

test('so many ports are kept and no more', () => {
  const script = new TurnScript({ limits: { reservationsMax: 1 } });
  const alice = script.client('alice', '198.51.100.1:4000');
  reserve(alice);
  const bob = script.client('bob', '198.51.100.2:4000');
  assert.deepEqual(bob.allocate({ evenPort: 'even-and-next' }), ['bob < allocate error error=508 sha1']);
  assert.equal(script.count('rejected_reservation_limit'), 1);
});

test('of requests that overtake each other on the way to the limit, those too many are refused and hold no port', () => {
  const script = new TurnScript({ limits: { reservationsMax: 1 }, relayPorts: { min: 50_000, max: 50_003 } });
  script.opensAtOnce = false;
  const alice = script.client('alice', '198.51.100.1:4000');
  const bob = script.client('bob', '198.51.100.2:4000');
  alice.allocate({ evenPort: 'even-and-next' });
  bob.allocate({ evenPort: 'even-and-next' });
  assert.match(script.openRelay(0).join(), / token sha1$/);
  assert.deepEqual(script.openRelay(1), ['bob < allocate error error=508 sha1', 'close 1']);
  assert.equal(script.count('rejected_reservation_limit'), 1);
  script.opensAtOnce = true;
  script.advance(30);
  bob.mustAllocate({ evenPort: 'even-and-next' });
  assert.deepEqual(bob.relayed, ['203.0.113.10:50002']);
});

test('a quota that is reached leaves the token good', () => {
  const script = new TurnScript({
    quota: { acquire: () => (isOpen ? undefined : 'credential'), release: () => undefined },
  });
  let isOpen = true;
  const alice = script.client('alice', '198.51.100.1:4000');
  const bob = script.client('bob', '198.51.100.2:4000');
  const token = reserve(alice);
  isOpen = false;
  assert.deepEqual(bob.allocate({ token }), ['bob < allocate error error=486 sha1']);
  isOpen = true;
  bob.mustAllocate({ token });
});

/** Two workers of one node; the token comes from the second and arrives at the first. */
function workers(): {
  first: TurnScript;
  bob: ScriptClient;
  second: TurnScript;
  alice: ScriptClient;
  token: Uint8Array;
} {
  const first = new TurnScript({ worker: { index: 0, count: 2 } });
  const second = new TurnScript({ worker: { index: 1, count: 2 } });
  const alice = second.client('alice', '198.51.100.1:4000');
  const token = reserve(alice);
  assert.deepEqual(alice.relayed, ['203.0.113.10:50002']);
  return { first, bob: first.client('bob', '198.51.100.2:4000'), second, alice, token };
}

function answer(script: TurnScript, port: ReservedPort | undefined): string[] {
  return script.act((server, now) => server.handleReservationClaimed(0, 1, port, now));
}

test('a token that arrives at another worker is claimed from its own', () => {
  const { first, bob, second, token } = workers();
  assert.deepEqual(bob.allocate({ token }), ['claim 0 from worker 1']);
  assert.deepEqual(bob.repeat(), []);
  const port = second.server.claimReservation(token);
  assert.deepEqual(port, { relayAddress: 0, port: 50_003 });
  assert.deepEqual(answer(first, port), [
    'bob < allocate success relayed=203.0.113.10:50003 lifetime=600 mapped=198.51.100.2:4000 sha1',
  ]);
  // The claim is forgotten with its answer.
  assert.deepEqual(answer(first, undefined), []);
  assert.deepEqual(bob.refresh(0), ['bob < refresh success lifetime=0 sha1', 'close 0', 'return 0:50003 to worker 1']);
  second.server.returnPort(port as ReservedPort);
});

test('its worker may not know it', () => {
  const { first, bob, token } = workers();
  bob.allocate({ token });
  assert.deepEqual(answer(first, undefined), ['bob < allocate error error=508 sha1']);
  assert.equal(first.count('rejected_reservation_token'), 1);
  assert.equal(first.server.pendingCount, 0);
});

test('or answer too late: then the port goes back', () => {
  const { first, bob, second, token } = workers();
  bob.allocate({ token });
  assert.deepEqual(first.advance(5), []);
  assert.equal(first.count('drop_allocate_abandoned'), 1);
  assert.deepEqual(answer(first, second.server.claimReservation(token)), ['return 0:50003 to worker 1']);
  assert.deepEqual(answer(first, undefined), []);
});

test('a claimed port that does not open goes back as well', () => {
  const { first, bob, second, token } = workers();
  first.opensAtOnce = false;
  bob.allocate({ token });
  assert.deepEqual(answer(first, second.server.claimReservation(token)), ['open 0 203.0.113.10:50003']);
  assert.deepEqual(first.failRelay(0, 'in-use'), [
    'bob < allocate error error=508 sha1',
    'close 0',
    'return 0:50003 to worker 1',
  ]);
});

test('a connection that ends while its claim is under way', () => {
  const { first, second, token } = workers();
  const carol = first.client('carol', '198.51.100.3:4000', undefined, 'tcp');
  assert.deepEqual(carol.allocate({ token }), ['claim 0 from worker 1']);
  first.act((server, now: Instant) => server.removeClientSocket(carol.socket, now));
  assert.deepEqual(answer(first, second.server.claimReservation(token)), ['return 0:50003 to worker 1']);
});

test('the port is free again when it comes back, once', () => {
  const script = new TurnScript({ worker: { index: 0, count: 2 }, relayPorts: { min: 50_000, max: 50_001 } });
  const alice = script.client('alice', '198.51.100.1:4000');
  const port = script.server.claimReservation(reserve(alice)) as ReservedPort;
  const bob = script.client('bob', '198.51.100.2:4000');
  assert.deepEqual(bob.allocate(), ['bob < allocate error error=508 sha1']);
  script.server.returnPort(port);
  script.server.returnPort(port);
  bob.mustAllocate();
  assert.deepEqual(bob.relayed, ['203.0.113.10:50001']);
});

test('a worker that was started anew does not know the port, and ignores it', () => {
  const { second } = workers();
  const fresh = new TurnScript({ worker: { index: 1, count: 2 } });
  fresh.server.returnPort({ relayAddress: 0, port: 50_003 });
  fresh.server.returnPort({ relayAddress: 0, port: 50_000 });
  second.server.returnPort({ relayAddress: 0, port: 50_003 });
  assert.equal(fresh.server.nextTimeout(), Number.POSITIVE_INFINITY);
});
