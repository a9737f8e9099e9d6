import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf } from '../turn/test-support/script-options.ts';
import { formatTransportAddress } from './ip.ts';
import { isOrdinaryAddress, readEmbeddedIpv4, type SpecialKind, specialKindOf } from './special-addresses.ts';

/** First and last address of each range, and where it is not obvious its neighbours. */
const KINDS: readonly (readonly [SpecialKind | undefined, ...string[]])[] = [
  ['unspecified', '0.0.0.0', '0.255.255.255', '::'],
  [undefined, '1.0.0.0', '1.1.1.1'],
  ['private', '10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.0', '192.168.255.255'],
  [undefined, '9.255.255.255', '11.0.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255', '192.169.0.0'],
  ['shared', '100.64.0.0', '100.127.255.255'],
  [undefined, '100.63.255.255', '100.128.0.0'],
  ['loopback', '127.0.0.0', '127.255.255.255', '::1'],
  [undefined, '126.255.255.255', '128.0.0.0'],
  ['link-local', '169.254.0.0', '169.254.169.254', '169.254.255.255', '168.63.129.16'],
  ['link-local', 'fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  [undefined, '169.253.255.255', '169.255.0.0', '168.63.129.15', '168.63.129.17'],
  ['reserved', '192.0.0.0', '192.0.0.255', '192.88.99.1', '240.0.0.0', '255.255.255.254'],
  ['documentation', '192.0.2.0', '192.0.2.255', '198.51.100.7', '203.0.113.7', '2001:db8::', '3fff:fff::1'],
  [undefined, '192.0.1.0', '192.0.3.0', '198.51.99.255', '198.51.101.0', '203.0.112.255', '203.0.114.0'],
  ['benchmarking', '198.18.0.0', '198.19.255.255', '2001:2::1'],
  [undefined, '198.17.255.255', '198.20.0.0'],
  ['multicast', '224.0.0.0', '239.255.255.255', 'ff00::', 'ff02::1', 'ffff:ffff::'],
  [undefined, '223.255.255.255'],
  ['broadcast', '255.255.255.255'],
  ['unique-local', 'fc00::', 'fd00:ec2::254', 'fdff:ffff::', 'fec0::1', 'feff::'],
  ['reserved', '2001:1::1', '2001:10::', '2001:20::1', '2001:1ff:ffff::'],
  [undefined, '2001:200::', '2001:4860:4860::8888', '2606:4700::1111', '3ffe::1', '3fff:1000::', '2a00::1'],
  ['reserved', '100::1', '64:ff9a::1', '64:ff9b:0:1::', '64:ff9b:1:1::8.8.8.8', '64:ff9b:2::1', '::ffff:0:8.8.8.8'],
  ['reserved', '1::', '1fff:ffff::', '4000::', '5f00::1', 'e000::', 'fbff:ffff::', 'fe00::1', 'fe7f::1'],
];

for (const [kind, ...texts] of KINDS) {
  test(`${kind ?? 'ordinary'}: ${texts.join(', ')}`, () => {
    for (const text of texts) {
      assert.equal(specialKindOf(addressOf(text)), kind, text);
    }
  });
}

test('the prefixes that embed an IPv4 address are not special themselves', () => {
  for (const text of [
    '::8.8.8.8',
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
    '64:ff9b:1::8.8.8.8',
    '2002:808:808::',
    '2001::1',
  ]) {
    assert.equal(specialKindOf(addressOf(text)), undefined, text);
  }
});

/** An IPv6 address, and the IPv4 one that it stands for. */
const EMBEDDED: readonly (readonly [string, string])[] = [
  ['::ffff:10.1.2.3', '10.1.2.3'],
  ['::10.1.2.3', '10.1.2.3'],
  ['::0.0.0.2', '0.0.0.2'],
  ['64:ff9b::10.1.2.3', '10.1.2.3'],
  ['64:ff9b:1::10.1.2.3', '10.1.2.3'],
  ['64:ff9b:1:ffff:1:2:10.1.2.3', '10.1.2.3'],
  ['2002:a01:203::1', '10.1.2.3'],
  ['2002:a01:203:ffff:ffff:ffff:ffff:ffff', '10.1.2.3'],
  // The client's address of a Teredo address is inverted.
  ['2001:0:4136:e378:8000:63bf:f5fe:fdfc', '10.1.2.3'],
];

for (const [ipv6, ipv4] of EMBEDDED) {
  test(`${ipv6} stands for ${ipv4}`, () => {
    const out = new Uint32Array(5).fill(1);
    assert.equal(readEmbeddedIpv4(addressOf(`[${ipv6}]:80`), 0, out), true);
    assert.equal(formatTransportAddress(out), `${ipv4}:80`);
  });
}

test('other addresses stand for themselves', () => {
  for (const text of [
    '10.1.2.3',
    '::',
    '::1',
    '::1:8.8.8.8',
    '::fffe:8.8.8.8',
    '64:ff9b:0:1::8.8.8.8',
    '2003::1',
    '2001:1::1',
  ]) {
    const out = new Uint32Array(5).fill(1);
    assert.equal(readEmbeddedIpv4(addressOf(text), 0, out), false, text);
    assert.deepEqual([...out], [1, 1, 1, 1, 1]);
  }
});

test('an IPv6 address is ordinary when what it stands for is, too', () => {
  for (const text of ['8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8', '2002:808:808::1']) {
    assert.equal(isOrdinaryAddress(addressOf(text)), true, text);
  }
  for (const text of ['127.0.0.1', '::1', '::ffff:127.0.0.1', '64:ff9b::10.0.0.1', '2002:a9fe:a9fe::1', 'fe80::1']) {
    assert.equal(isOrdinaryAddress(addressOf(text)), false, text);
  }
});
