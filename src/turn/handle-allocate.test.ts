import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IPV6 } from '../base/socket-address.ts';
import type { KeyUid } from '../contract/ids.ts';
import { type LimitOverrides, NO_LIMITS } from '../contract/limits.ts';
import type { LocalQuota } from './quota.ts';
import type { ScriptClient } from './test-support/script-client.ts';
import { RELAY_IPV4, RELAY_IPV6, type ScriptOptions } from './test-support/script-options.ts';
import { ACCOUNT, KEY, TurnScript } from './test-support/turn-script.ts';

const ONLY_IPV4: ScriptOptions = { relays: [{ bind: RELAY_IPV4, advertised: RELAY_IPV4 }] };
const ONLY_IPV6: ScriptOptions = { relays: [{ bind: RELAY_IPV6, advertised: RELAY_IPV6 }] };

function begin(options: ScriptOptions = {}): { script: TurnScript; alice: ScriptClient } {
  const script = new TurnScript(options);
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.challenge();
  return { script, alice };
}

test('a client gets a relayed address, its own address and a lifetime', () => {
  const { script, alice } = begin();
  script.opensAtOnce = false;
  assert.deepEqual(alice.allocate(), ['open 0 203.0.113.10:50000']);
  assert.equal(script.server.allocationCount, 0);
  assert.deepEqual(script.openRelay(0), [
    'alice < allocate success relayed=203.0.113.10:50000 lifetime=600 mapped=198.51.100.1:4000 sha1',
  ]);
  assert.equal(script.server.allocationCount, 1);
  assert.deepEqual(script.counts(), { rejected_unauthenticated: 1, allocate_answered: 1, allocations_started: 1 });
});

test('a client over IPv6, and over a stream, gets one as well', () => {
  const script = new TurnScript();
  const bob = script.client('bob', '[2001:db8::1]:4000', undefined, 'tcp');
  const carol = script.client('carol', '198.51.100.1:4000', undefined, 'tls');
  assert.deepEqual(bob.allocate(), [
    'bob < allocate success relayed=203.0.113.10:50000 lifetime=600 mapped=[2001:db8::1]:4000 sha1',
  ]);
  assert.deepEqual(carol.allocate(), [
    'carol < allocate success relayed=203.0.113.10:50998 lifetime=600 mapped=198.51.100.1:4000 sha1',
  ]);
});

test('SOFTWARE is in success answers, when there is a name, and never in errors', () => {
  const { alice } = begin({ software: 'Taciturn' });
  assert.deepEqual(alice.allocate({ family: IPV6 }), [
    'alice < allocate success relayed=[2001:db8:a::10]:50000 lifetime=600 mapped=198.51.100.1:4000 software=Taciturn sha1',
  ]);
  assert.deepEqual(alice.allocate(), ['alice < allocate error error=437 sha1']);
  assert.deepEqual(alice.refresh(), ['alice < refresh success lifetime=600 software=Taciturn sha1']);
});

test('an answer has a FINGERPRINT when the request had one, behind its integrity', () => {
  const { script, alice } = begin();
  alice.fingerprint = true;
  script.opensAtOnce = false;
  alice.allocate();
  assert.deepEqual(script.openRelay(0), [
    'alice < allocate success relayed=203.0.113.10:50000 lifetime=600 mapped=198.51.100.1:4000 sha1 fingerprint',
  ]);
});

for (const [proposed, granted] of [
  [undefined, 600],
  [0, 600],
  [1, 600],
  [600, 600],
  [601, 601],
  [3_600, 3_600],
  [3_601, 3_600],
  [0xffffffff, 3_600],
] as const) {
  test(`a proposed lifetime of ${proposed ?? 'nothing'} is granted as ${granted} seconds`, () => {
    const { script, alice } = begin();
    alice.allocate(proposed === undefined ? {} : { lifetime: proposed });
    script.advance(granted - 1);
    assert.equal(script.server.allocationCount, 1);
    script.advance(1);
    assert.equal(script.server.allocationCount, 0);
  });
}

test('the longest lifetime is configured', () => {
  const { alice } = begin({ limits: { allocationLifetimeSecondsMax: 900 } });
  assert.match(alice.allocate({ lifetime: 3_600 }).join(), / lifetime=900 /);
});

test('the same request again gets the same answer, with the time that is left', () => {
  const { script, alice } = begin();
  const [first] = alice.allocate();
  assert.deepEqual(alice.repeat(), [first]);
  script.advance(10);
  assert.deepEqual(alice.repeat(), [first?.replace('lifetime=600', 'lifetime=590')]);
  assert.equal(script.server.allocationCount, 1);
  assert.equal(script.count('allocate_repeated'), 2);
});

test('another request on the same 5-tuple is a mismatch', () => {
  const { script, alice } = begin();
  alice.mustAllocate();
  assert.deepEqual(alice.allocate(), ['alice < allocate error error=437 sha1']);
  alice.credential = script.credential();
  assert.deepEqual(alice.allocate(), ['alice < allocate error error=437 sha1']);
  assert.equal(script.count('rejected_allocation_exists'), 2);
});

test('the same transaction with another credential is a mismatch too', () => {
  const { script, alice } = begin();
  const mallory = script.client('alice', '198.51.100.1:4000');
  alice.mustAllocate();
  mallory.challenge();
  assert.deepEqual(mallory.allocate(), ['alice < allocate error error=437 sha1']);
});

test('a retransmission that comes before the socket is open has its answer on the way', () => {
  const { script, alice } = begin();
  script.opensAtOnce = false;
  alice.allocate();
  assert.deepEqual(alice.repeat(), []);
  assert.equal(script.count('drop_allocate_pending'), 1);
  assert.equal(script.openRelay(0).length, 1);
  assert.equal(script.server.allocationCount, 1);
});

test('while it is pending, another request on the 5-tuple is a mismatch, and there is no allocation yet', () => {
  const { script, alice } = begin();
  script.opensAtOnce = false;
  alice.allocate();
  assert.deepEqual(alice.allocate(), ['alice < allocate error error=437 sha1']);
  assert.deepEqual(alice.refresh(), ['alice < refresh error error=437 sha1']);
  assert.deepEqual(alice.send('8.8.8.8:53', 'x'), []);
  assert.equal(script.count('drop_no_allocation'), 1);
});

test('each 5-tuple has its own allocation', () => {
  const script = new TurnScript();
  const names = [
    ['a', '198.51.100.1:4000', 'udp'],
    ['b', '198.51.100.1:4001', 'udp'],
    ['c', '198.51.100.2:4000', 'udp'],
    ['d', '198.51.100.1:4000', 'tcp'],
    ['e', '198.51.100.1:4000', 'tls'],
  ] as const;
  for (const [name, address, transport] of names) {
    script.client(name, address, undefined, transport).mustAllocate();
  }
  assert.equal(script.server.allocationCount, 5);
});

test('where it is supported, DONT-FRAGMENT is for the socket', () => {
  const { script, alice } = begin({ dontFragment: true });
  script.opensAtOnce = false;
  assert.deepEqual(alice.allocate({ dontFragment: true }), ['open 0 203.0.113.10:50000 dont-fragment']);
});

test('a client may ask for one family', () => {
  const { alice } = begin();
  assert.deepEqual(alice.allocate({ family: IPV6 }), [
    'alice < allocate success relayed=[2001:db8:a::10]:50000 lifetime=600 mapped=198.51.100.1:4000 sha1',
  ]);
});

test('or for both, and is answered when both sockets are open', () => {
  const { script, alice } = begin();
  script.opensAtOnce = false;
  assert.deepEqual(alice.allocate({ dual: true }), ['open 0 203.0.113.10:50000', 'open 1 [2001:db8:a::10]:50000']);
  assert.deepEqual(script.openRelay(1), []);
  const both = 'relayed=203.0.113.10:50000 relayed=[2001:db8:a::10]:50000';
  const answer = `alice < allocate success ${both} lifetime=600 mapped=198.51.100.1:4000 sha1`;
  assert.deepEqual(script.openRelay(0), [answer]);
  assert.deepEqual(alice.repeat(), [answer]);
  assert.equal(script.server.allocationCount, 1);
});

for (const [name, options, relayed, error] of [
  ['IPv6', ONLY_IPV4, '203.0.113.10:50000', 'ipv6:440'],
  ['IPv4', ONLY_IPV6, '[2001:db8:a::10]:50000', 'ipv4:440'],
] as const) {
  test(`without ${name} the client gets the other family, and is told, then and again`, () => {
    const { alice } = begin(options);
    const answer = `alice < allocate success relayed=${relayed} lifetime=600 mapped=198.51.100.1:4000 address-error=${error} sha1`;
    assert.deepEqual(alice.allocate({ dual: true }), [answer]);
    assert.deepEqual(alice.repeat(), [answer]);
  });
}

test('a family whose ports are used up is a partial success too', () => {
  const { script, alice } = begin({ relayPorts: { min: 50_000, max: 50_000 } });
  script.client('bob', '198.51.100.2:4000').mustAllocate();
  assert.deepEqual(alice.allocate({ dual: true }), [
    'alice < allocate success relayed=[2001:db8:a::10]:50000 lifetime=600 mapped=198.51.100.1:4000 address-error=ipv4:508 sha1',
  ]);
});

test('a family whose socket does not open is a partial success too', () => {
  const { script, alice } = begin();
  script.opensAtOnce = false;
  alice.allocate({ dual: true });
  assert.deepEqual(script.failRelay(1, 'unavailable'), ['close 1']);
  assert.deepEqual(script.openRelay(0), [
    'alice < allocate success relayed=203.0.113.10:50000 lifetime=600 mapped=198.51.100.1:4000 address-error=ipv6:508 sha1',
  ]);
});

test('when neither socket opens, the request fails', () => {
  const { script, alice } = begin();
  script.opensAtOnce = false;
  alice.allocate({ dual: true });
  assert.deepEqual(script.failRelay(0, 'forbidden'), ['close 0']);
  assert.deepEqual(script.failRelay(1, 'exhausted'), ['alice < allocate error error=508 sha1', 'close 1']);
  assert.equal(script.count('rejected_relay_open_failed'), 1);
  assert.equal((script.options.quota as LocalQuota).size, 0);
});

test('a credential has so many allocations and no more, and may have another when one ends', () => {
  const script = new TurnScript();
  script.server.setDefaultLimits({ ...NO_LIMITS, allocationsPerCredential: 2 }, script.now);
  const credential = script.credential();
  const [a, b, c] = [1, 2, 3].map((n) => script.client(`c${n}`, `198.51.100.${n}:4000`, credential));
  a?.mustAllocate();
  b?.mustAllocate();
  assert.deepEqual(c?.allocate(), ['c3 < allocate error error=486 sha1']);
  script.client('other', '198.51.100.9:4000').mustAllocate();
  a?.refresh(0);
  c?.mustAllocate();
  assert.equal(script.count('rejected_credential_quota'), 1);
});

interface OtherClient {
  readonly isSameCredential?: boolean;
  readonly keyUid?: KeyUid;
  readonly customIdentifier?: string;
}
type QuotaName = 'credential' | 'custom_identifier' | 'key' | 'account';
type SharedThing = readonly [QuotaName, LimitOverrides, OtherClient];

/** Two clients that have one thing in common, and the limit that is about it. */
const SHARED: readonly SharedThing[] = [
  ['credential', { allocationsPerCredential: 1 }, { isSameCredential: true }],
  ['custom_identifier', { allocationsPerCustomIdentifier: 1 }, { customIdentifier: 'user-1' }],
  ['key', { allocationsPerKey: 1 }, {}],
  ['account', { allocationsPerAccount: 1 }, { keyUid: 'f'.repeat(32) as KeyUid }],
];

for (const [scope, limit, { isSameCredential = false, ...other }] of SHARED) {
  test(`live allocations are limited by ${scope}, and refused with 486`, () => {
    const script = new TurnScript();
    const { keyUid = KEY, customIdentifier = '' } = other;
    script.server.setDefaultLimits({ ...NO_LIMITS, ...limit }, script.now);
    script.server.applyChange({ kind: 'key-live', keyUid, accountId: ACCOUNT }, script.now);
    const credential = script.credential({ customIdentifier });
    const alice = script.client('alice', '198.51.100.1:4000', credential);
    const second = isSameCredential ? credential : script.credential({ keyUid, customIdentifier });
    const bob = script.client('bob', '198.51.100.2:4000', second);
    alice.mustAllocate();
    assert.deepEqual(bob.allocate(), ['bob < allocate error error=486 sha1']);
    assert.equal(script.count(`rejected_${scope}_quota`), 1);
    alice.refresh(0);
    bob.mustAllocate();
    bob.refresh(0);
    assert.equal((script.options.quota as LocalQuota).size, 0);
  });
}

test('live allocations are limited by client address, and refused with 508', () => {
  const script = new TurnScript({ limits: { allocationsPerClientAddressMax: 1 } });
  const alice = script.client('alice', '198.51.100.1:4000');
  const bob = script.client('bob', '198.51.100.1:4001');
  alice.mustAllocate();
  assert.deepEqual(bob.allocate(), ['bob < allocate error error=508 sha1']);
  assert.equal(script.count('rejected_client_address_quota'), 1);
  script.client('carol', '198.51.100.2:4000').mustAllocate();
  alice.refresh(0);
  bob.mustAllocate();
});

test('a worker has so many allocations and no more', () => {
  const { script, alice } = begin({ limits: { allocationsMax: 1 } });
  script.client('bob', '198.51.100.2:4000').mustAllocate();
  assert.deepEqual(alice.allocate(), ['alice < allocate error error=508 sha1']);
  assert.equal(script.count('rejected_allocation_limit'), 1);
});

test('so many wait for their sockets and no more', () => {
  const { script, alice } = begin({ limits: { pendingAllocationsMax: 1 } });
  script.opensAtOnce = false;
  script.client('bob', '198.51.100.2:4000').allocate();
  assert.deepEqual(alice.allocate(), ['alice < allocate error error=508 sha1']);
  assert.equal(script.count('rejected_pending_limit'), 1);
  script.openRelay(0);
  assert.deepEqual(alice.allocate(), ['open 1 203.0.113.10:50998']);
});

test('when the ports are used up there is no more capacity, until one is given back', () => {
  const { script, alice } = begin({ relayPorts: { min: 50_000, max: 50_000 } });
  const bob = script.client('bob', '198.51.100.2:4000');
  bob.mustAllocate();
  assert.deepEqual(alice.allocate(), ['alice < allocate error error=508 sha1']);
  assert.equal(script.count('rejected_no_port'), 1);
  bob.refresh(0);
  alice.mustAllocate();
});

test('a draining server makes no new allocations, and goes on with those it has', () => {
  const { script, alice } = begin();
  const bob = script.client('bob', '198.51.100.2:4000');
  bob.mustAllocate();
  script.server.setDraining(true);
  assert.deepEqual(alice.allocate(), ['alice < allocate error error=508 sha1']);
  assert.deepEqual(bob.repeat().length, 1);
  assert.deepEqual(bob.refresh(), ['bob < refresh success lifetime=600 sha1']);
  assert.equal(script.count('rejected_draining'), 1);
  script.server.setDraining(false);
  alice.mustAllocate();
});

test('several addresses of a family are used one when the other is full', () => {
  const { script, alice } = begin({
    relays: ['203.0.113.10', '203.0.113.11'].map((ip) => ({ bind: ip, advertised: ip })),
    relayPorts: { min: 50_000, max: 50_000 },
  });
  alice.mustAllocate();
  const bob = script.client('bob', '198.51.100.2:4000');
  bob.mustAllocate();
  assert.deepEqual([alice.relayed, bob.relayed], [['203.0.113.10:50000'], ['203.0.113.11:50000']]);
});

test('the socket is bound to the inner address, and the client told the public one', () => {
  const { script, alice } = begin({ relays: [{ bind: '10.0.0.5', advertised: '52.1.2.3' }] });
  script.opensAtOnce = false;
  assert.deepEqual(alice.allocate(), ['open 0 10.0.0.5:50000']);
  assert.match(script.openRelay(0).join(), / relayed=52\.1\.2\.3:50000 /);
});
