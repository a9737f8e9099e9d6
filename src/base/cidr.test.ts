import assert from 'node:assert/strict';
import { BlockList } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Cidr, cidrContains, parseCidr } from './cidr.ts';
import { formatIp, parseIp, parseTransportAddress } from './ip.ts';
import { ADDRESS_WORDS, type AddressWords, IPV4, IPV6 } from './socket-address.ts';

function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  assert.ok(parsed !== undefined, text);
  return parsed;
}

function ip(text: string): AddressWords {
  const parsed = parseIp(text);
  assert.ok(parsed !== undefined, text);
  return parsed;
}

test('a range has a canonical text; a bare address is a range of one', () => {
  const texts: [string, string][] = [
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['1.2.3.4', '1.2.3.4/32'],
    ['1.2.3.4/32', '1.2.3.4/32'],
    ['1.2.3.4/31', '1.2.3.4/31'],
    ['::/0', '::/0'],
    ['::1', '::1/128'],
    ['FD00::/8', 'fd00::/8'],
    ['2001:db8:0:0::/33', '2001:db8::/33'],
    ['64:ff9b::/96', '64:ff9b::/96'],
    ['::ffff:10.0.0.0/104', '::ffff:10.0.0.0/104'],
  ];
  for (const [text, canonical] of texts) {
    const { network, prefixLength } = cidr(text);
    assert.equal(`${formatIp(network)}/${prefixLength}`, canonical);
  }
});

test('refuses bits behind the prefix and everything malformed', () => {
  const refused = [
    ...[
      '10.0.0.1/8',
      '11.0.0.0/7',
      '1.2.3.4/0',
      '1.2.3.5/31',
      'fd00::1/8',
      '::1/127',
      '::1/0',
      'ff00::/7',
      '2001:db8::/28',
    ],
    ...[
      '',
      '/',
      '/8',
      '10.0.0.0/',
      '10.0.0.0/33',
      '10.0.0.0/-1',
      '10.0.0.0/08',
      '10.0.0.0/8/8',
      '10.0.0.0/ 8',
      '10.0.0.0/8 ',
    ],
    ...[
      '10/8',
      '10.0.0/8',
      '::/129',
      '::/',
      '[::]/0',
      '10.0.0.0/255.0.0.0',
      'localhost/8',
      '10.0.0.0:80/8',
      '::1%1/128',
    ],
  ];
  for (const text of refused) {
    assert.equal(parseCidr(text), undefined, text);
  }
});

test('contains its first and last address and not those beside them', () => {
  const ranges: [string, string[], string[]][] = [
    ['10.0.0.0/8', ['10.0.0.0', '10.255.255.255'], ['9.255.255.255', '11.0.0.0']],
    ['100.64.0.0/10', ['100.64.0.0', '100.127.255.255'], ['100.63.255.255', '100.128.0.0']],
    ['0.0.0.0/0', ['0.0.0.0', '255.255.255.255'], []],
    ['128.0.0.0/1', ['128.0.0.0', '255.255.255.255'], ['127.255.255.255']],
    ['1.2.3.4', ['1.2.3.4'], ['1.2.3.3', '1.2.3.5']],
    ['::/0', ['::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'], []],
    ['fe80::/10', ['fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'], ['fe7f:ffff::', 'fec0::']],
    ['2001:db8::/33', ['2001:db8::', '2001:db8:7fff:ffff::'], ['2001:db8:8000::', '2001:db9::']],
    ['64:ff9b::/96', ['64:ff9b::', '64:ff9b::255.255.255.255'], ['64:ff9b::1:0:0', '64:ff9b:1::']],
    ['::1', ['::1'], ['::', '::2']],
  ];
  for (const [text, inside, outside] of ranges) {
    for (const address of [...inside, ...outside]) {
      assert.equal(cidrContains(cidr(text), ip(address)), inside.includes(address), `${address} in ${text}`);
    }
  }
});

test('a range has one family, and no port', () => {
  assert.equal(cidrContains(cidr('0.0.0.0/0'), ip('::')), false);
  assert.equal(cidrContains(cidr('::/0'), ip('0.0.0.0')), false);
  assert.equal(cidrContains(cidr('10.0.0.0/8'), ip('::ffff:10.0.0.1')), false);
  const withPort = parseTransportAddress('10.1.2.3:65535');
  assert.ok(withPort !== undefined && cidrContains(cidr('10.0.0.0/8'), withPort));
});

test('looks at a row anywhere in an array', () => {
  const words = new Uint32Array(2 * ADDRESS_WORDS);
  words.set(ip('10.1.2.3'), ADDRESS_WORDS);
  assert.equal(cidrContains(cidr('10.0.0.0/8'), words, ADDRESS_WORDS), true);
  assert.equal(cidrContains(cidr('10.0.0.0/8'), words), false);
});

test('agrees with the platform on any range', () => {
  const word = fc.oneof(fc.constantFrom(0, 0xffffffff), fc.nat(0xffffffff));
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.tuple(word, word, word, word),
      fc.nat(128),
      fc.nat(127),
      (isIpv6, parts, seed, flip) => {
        const bits = isIpv6 ? 128 : 32;
        const prefixLength = seed % (bits + 1);
        const network = Uint32Array.of((isIpv6 ? IPV6 : IPV4) << 16, ...parts.slice(0, bits / 32), 0, 0, 0).slice(
          0,
          ADDRESS_WORDS,
        );
        for (let bit = prefixLength; bit < bits; bit += 1) {
          const at = 1 + (bit >>> 5);
          network[at] = (network[at] as number) & ~(1 << (31 - (bit & 31)));
        }
        const range = cidr(`${formatIp(network)}/${prefixLength}`);
        const address = network.slice();
        const flipped = flip % bits;
        address[1 + (flipped >>> 5)] = (address[1 + (flipped >>> 5)] as number) ^ (1 << (31 - (flipped & 31)));
        const list = new BlockList();
        list.addSubnet(formatIp(network), prefixLength, isIpv6 ? 'ipv6' : 'ipv4');
        assert.equal(cidrContains(range, network), true);
        assert.equal(cidrContains(range, address), flipped >= prefixLength);
        assert.equal(cidrContains(range, address), list.check(formatIp(address), isIpv6 ? 'ipv6' : 'ipv4'));
      },
    ),
  );
});
