import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PeerPolicy } from './peer-policy.ts';
import { addressOf, type ScriptOptions, serverOptions } from './test-support/script-options.ts';

/** A server on a private address behind a NAT, as most in a cloud are, with an IPv6 address of its own. */
const IN_CLOUD: ScriptOptions = {
  relays: [
    { bind: '10.0.0.5', advertised: '52.1.2.3' },
    { bind: '2600:1f18::5', advertised: '2600:1f18::5' },
  ],
  relayPorts: { min: 50_000, max: 50_999 },
  listeners: ['0.0.0.0:3478', '127.0.0.1:8787', '10.0.0.5:9000'],
  interfaces: ['127.0.0.1', '::1', '10.0.0.5', '10.0.1.7', '2600:1f18::5'],
};

function policyOf(options: ScriptOptions): PeerPolicy {
  const { peers, relays, relayPorts } = serverOptions(options);
  return new PeerPolicy({ ...peers, relays, relayPorts });
}

function decide(options: ScriptOptions, peer: string): string {
  return policyOf(options).mayRelayTo(addressOf(peer)) ?? 'allowed';
}

function permit(options: ScriptOptions, peer: string): string {
  return policyOf(options).mayPermit(addressOf(peer)) ?? 'allowed';
}

test('ordinary peers are allowed, on any port', () => {
  for (const peer of ['8.8.8.8:53', '1.1.1.1:65535', '[2606:4700::1111]:1']) {
    assert.equal(decide(IN_CLOUD, peer), 'allowed');
    assert.equal(permit(IN_CLOUD, peer), 'allowed');
  }
});

/** What is closed without any configuration, in each way of writing it. */
const CLOSED: readonly (readonly [string, string])[] = [
  ['0.0.0.0:80', 'unspecified'],
  ['127.0.0.1:80', 'loopback'],
  ['10.9.9.9:80', 'private'],
  ['172.16.0.1:80', 'private'],
  ['192.168.1.1:80', 'private'],
  ['100.64.0.1:80', 'shared'],
  ['169.254.169.254:80', 'link-local'],
  ['224.0.0.1:80', 'multicast'],
  ['240.0.0.1:80', 'reserved'],
  ['255.255.255.255:80', 'broadcast'],
  ['192.0.2.1:80', 'documentation'],
  ['198.18.0.1:80', 'benchmarking'],
  ['[::]:80', 'unspecified'],
  ['[::1]:80', 'loopback'],
  ['[fd00:ec2::254]:80', 'unique-local'],
  ['[fe80::1]:80', 'link-local'],
  ['[ff02::1]:80', 'multicast'],
  ['[2001:db8::1]:80', 'documentation'],
  ['[100::1]:80', 'reserved'],
];

for (const [peer, denial] of CLOSED) {
  test(`${peer} is ${denial}`, () => {
    assert.equal(decide({}, peer), denial);
    assert.equal(permit({}, peer), denial);
  });
}

for (const [form, prefix] of [
  ['IPv4-mapped', '::ffff:'],
  ['IPv4-compatible', '::'],
  ['NAT64', '64:ff9b::'],
  ['local NAT64', '64:ff9b:1::'],
] as const) {
  test(`an ${form} address is decided by what it means`, () => {
    for (const [peer, denial] of CLOSED.filter(([text]) => !text.startsWith('['))) {
      const ip = peer.slice(0, -3);
      // The unspecified address in the IPv4-compatible form is that of IPv6.
      assert.equal(decide({}, `[${prefix}${ip}]:80`), denial, `${prefix}${ip}`);
    }
    assert.equal(decide({}, `[${prefix}8.8.8.8]:80`), 'allowed');
  });
}

test('6to4 and Teredo addresses are decided by what they mean', () => {
  assert.equal(decide({}, '[2002:a9fe:a9fe::1]:80'), 'link-local');
  assert.equal(decide({}, '[2002:7f00:1::1]:80'), 'loopback');
  assert.equal(decide({}, '[2002:808:808::1]:80'), 'allowed');
  assert.equal(decide({}, '[2001:0:4136:e378:8000:63bf:5601:5601]:80'), 'link-local');
  assert.equal(decide({}, '[2001:0:4136:e378:8000:63bf:f7f7:f7f7]:80'), 'allowed');
});

test('allow opens what is special', () => {
  const options = { allow: ['10.0.0.0/8', '127.0.0.0/8', 'fd00::/8'] };
  assert.equal(decide(options, '10.1.2.3:80'), 'allowed');
  assert.equal(permit(options, '10.1.2.3:80'), 'allowed');
  assert.equal(decide(options, '127.0.0.1:80'), 'allowed');
  assert.equal(decide(options, '[fd00::1]:80'), 'allowed');
  assert.equal(decide(options, '192.168.0.1:80'), 'private');
});

test('what stands for an IPv4 address must be allowed as both', () => {
  assert.equal(decide({ allow: ['10.0.0.0/8'] }, '[::ffff:10.1.2.3]:80'), 'allowed');
  assert.equal(decide({ allow: ['64:ff9b::/96'] }, '[64:ff9b::10.1.2.3]:80'), 'private');
  assert.equal(decide({ deny: ['64:ff9b::/96'] }, '[64:ff9b::8.8.8.8]:80'), 'deny-list');
  assert.equal(decide({ deny: ['8.8.8.0/24'] }, '[64:ff9b::8.8.8.8]:80'), 'deny-list');
  assert.equal(decide({ allow: ['64:ff9b:1:7::/96'] }, '[64:ff9b:1:7::8.8.8.8]:80'), 'allowed');
  assert.equal(decide({ allow: ['64:ff9b:1:7::/96'] }, '[64:ff9b:1:7::127.0.0.1]:80'), 'loopback');
});

test('deny closes what is ordinary, and wins over allow', () => {
  const options = { allow: ['10.0.0.0/8'], deny: ['8.8.8.0/24', '10.1.0.0/16'] };
  assert.equal(decide(options, '8.8.8.8:80'), 'deny-list');
  assert.equal(permit(options, '8.8.8.8:80'), 'deny-list');
  assert.equal(decide(options, '10.1.2.3:80'), 'deny-list');
  assert.equal(decide(options, '10.2.2.3:80'), 'allowed');
});

test("clients of one server reach each other's relayed addresses, under either name, even where these are special", () => {
  for (const ip of ['10.0.0.5', '52.1.2.3', '[2600:1f18::5]']) {
    assert.equal(decide(IN_CLOUD, `${ip}:50000`), 'allowed', ip);
    assert.equal(decide(IN_CLOUD, `${ip}:50999`), 'allowed', ip);
    assert.equal(permit(IN_CLOUD, `${ip}:1`), 'allowed', ip);
  }
  assert.equal(decide({ relays: [{ bind: '127.0.0.1', advertised: '127.0.0.1' }] }, '127.0.0.1:50000'), 'allowed');
});

test("other ports of this host's own addresses are closed", () => {
  for (const peer of [
    '10.0.0.5:49999',
    '52.1.2.3:51000',
    '52.1.2.3:22',
    '[2600:1f18::5]:22',
    '10.0.1.7:22',
    '10.0.1.7:50000',
  ]) {
    assert.equal(decide(IN_CLOUD, peer), 'own-host', peer);
  }
  assert.equal(permit(IN_CLOUD, '10.0.1.7:22'), 'own-host');
});

test('allow opens them, but never a listener of the service', () => {
  const options = { ...IN_CLOUD, allow: ['0.0.0.0/0', '::/0'] };
  assert.equal(decide(options, '10.0.0.5:22'), 'allowed');
  assert.equal(decide(options, '127.0.0.1:22'), 'allowed');
  assert.equal(decide(options, '10.0.1.7:22'), 'allowed');
  assert.equal(permit(options, '10.0.1.7:22'), 'allowed');
  // The wildcard is at every address of this host.
  for (const ip of [
    '10.0.0.5',
    '52.1.2.3',
    '10.0.1.7',
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '[::]',
    '[::1]',
    '[2600:1f18::5]',
  ]) {
    assert.equal(decide(options, `${ip}:3478`), 'own-listener', ip);
  }
  assert.equal(decide(options, '8.8.8.8:3478'), 'allowed');
});

test('a listener at one address is closed there, under each of its names', () => {
  const options = { ...IN_CLOUD, allow: ['0.0.0.0/0'] };
  assert.equal(decide(options, '127.0.0.1:8787'), 'own-listener');
  assert.equal(decide(options, '[::ffff:127.0.0.1]:8787'), 'own-listener');
  assert.equal(decide(options, '[64:ff9b::127.0.0.1]:8787'), 'own-listener');
  assert.equal(decide(options, '[2002:7f00:1::]:8787'), 'own-listener');
  assert.equal(decide(options, '0.0.0.0:8787'), 'own-listener');
  assert.equal(decide(options, '127.0.0.2:8787'), 'allowed');
  // The NAT maps the public address to the one that listens.
  assert.equal(decide(options, '10.0.0.5:9000'), 'own-listener');
  assert.equal(decide(options, '52.1.2.3:9000'), 'own-listener');
});

test('a listener among the relay ports stays closed', () => {
  assert.equal(decide({ ...IN_CLOUD, listeners: ['0.0.0.0:50100'] }, '52.1.2.3:50100'), 'own-listener');
});

test('deny closes even relayed addresses', () => {
  assert.equal(decide({ ...IN_CLOUD, deny: ['52.0.0.0/8'] }, '52.1.2.3:50000'), 'deny-list');
  assert.equal(permit({ ...IN_CLOUD, deny: ['52.0.0.0/8'] }, '52.1.2.3:50000'), 'deny-list');
});

test("ports are decided one by one only on this host's own addresses", () => {
  const policy = policyOf(IN_CLOUD);
  for (const ip of ['10.0.0.5', '52.1.2.3', '10.0.1.7', '127.0.0.1', '::1', '::ffff:10.0.0.5', '2002:3401:203::']) {
    assert.equal(policy.dependsOnPort(addressOf(ip)), true, ip);
  }
  for (const ip of ['8.8.8.8', '10.9.9.9', '2606:4700::1111', '64:ff9b::8.8.8.8']) {
    assert.equal(policy.dependsOnPort(addressOf(ip)), false, ip);
  }
});

test('an address that the host gets later is its own from then on', () => {
  const policy = policyOf({});
  const peer = addressOf('52.9.9.9:22');
  assert.equal(policy.mayRelayTo(peer), undefined);
  policy.setOwnAddresses({ listeners: [], interfaces: [addressOf('52.9.9.9')] });
  assert.equal(policy.mayRelayTo(peer), 'own-host');
});

test('an address in the middle of an array is read there', () => {
  const rows = new Uint32Array(15);
  rows.set(addressOf('10.1.2.3:80'), 5);
  rows.set(addressOf('8.8.8.8:80'), 10);
  assert.equal(policyOf({}).mayRelayTo(rows, 5), 'private');
  assert.equal(policyOf({}).mayRelayTo(rows, 10), undefined);
});
