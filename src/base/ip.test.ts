import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatIp, formatTransportAddress, parseDecimal, parseIp, parseTransportAddress } from './ip.ts';
import { ADDRESS_WORDS, familyOf, IPV4, IPV6, portOf } from './socket-address.ts';

/** Text, and its canonical form (RFC 5952). */
const IP_TEXTS: readonly (readonly [text: string, canonical: string])[] = [
  ['0.0.0.0', '0.0.0.0'],
  ['1.2.3.4', '1.2.3.4'],
  ['10.0.0.1', '10.0.0.1'],
  ['127.0.0.1', '127.0.0.1'],
  ['255.255.255.255', '255.255.255.255'],
  ['::', '::'],
  ['::1', '::1'],
  ['1::', '1::'],
  ['::1:0:0', '::1:0:0'],
  ['0:0:0:0:0:0:0:0', '::'],
  ['0000:0000:0000:0000:0000:0000:0000:0001', '::1'],
  ['2001:db8::1', '2001:db8::1'],
  ['2001:DB8::A', '2001:db8::a'],
  ['2001:0db8::0001', '2001:db8::1'],
  // RFC 5952 §4.2: as short as possible, the longest run, the first of two.
  ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
  ['2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
  ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
  ['1::8', '1::8'],
  ['1:0:0:4:5:6:0:0', '1::4:5:6:0:0'],
  ['0:0:3:4:5:6:0:0', '::3:4:5:6:0:0'],
  ['1:2:3:4:5:6::', '1:2:3:4:5:6::'],
  ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  // Embedded IPv4: written for IPv4-mapped addresses alone (RFC 5952 §5).
  ['::ffff:1.2.3.4', '::ffff:1.2.3.4'],
  ['::FFFF:c000:0280', '::ffff:192.0.2.128'],
  ['0:0:0:0:0:ffff:255.255.255.255', '::ffff:255.255.255.255'],
  ['::ffff:0:0', '::ffff:0.0.0.0'],
  ['::1.2.3.4', '::102:304'],
  ['::ffff:0:1.2.3.4', '::ffff:0:102:304'],
  ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ['1:2:3:4:5:6:7.8.9.10', '1:2:3:4:5:6:708:90a'],
  ['1::7.8.9.10', '1::708:90a'],
  ['2002:c000:204::', '2002:c000:204::'],
];

const REFUSED_IP_TEXTS: readonly string[] = [
  '',
  ' ',
  '1',
  '1.2',
  '1.2.3',
  '1.2.3.',
  '.1.2.3',
  '1..2.3',
  '1.2.3.4.',
  '1.2.3.4.5',
  '1.2.3.256',
  '256.0.0.0',
  '1.2.3.-4',
  '1.2.3.+4',
  '1.2.3.1e1',
  '1.2.3.0x4',
  '0x7f.0.0.1',
  '01.2.3.4',
  '1.2.3.04',
  '1.2.3.00',
  '1.2.3.4 ',
  ' 1.2.3.4',
  '1.2.3.4\n',
  '1.2.3.٤',
  '1.2.3.4/32',
  '1.2.3.4:80',
  '2130706433',
  ':',
  ':::',
  '::1:',
  ':1::',
  ':1',
  '1:',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7:8:',
  '1:2:3:4:5:6:7:8::',
  '::1:2:3:4:5:6:7:8',
  '1::2:3:4:5:6:7:8',
  '1::2::3',
  '::::',
  '1:::2',
  '12345::',
  '::00001',
  '::g',
  '::-1',
  '::0x1',
  ':: 1',
  '::1 ',
  '[::1]',
  '::1%eth0',
  'fe80::1%1',
  '::1/128',
  '::1.2.3',
  '::1.2.3.4.5',
  '::1.2.3.256',
  '::01.2.3.4',
  '::1.2.3.4:5',
  '1.2.3.4::',
  '1.2.3.4::1',
  '::1.2.3.4:1.2.3.4',
  '1:2:3:4:5:6:7:1.2.3.4',
  '1:2:3:4:5:1.2.3.4',
  '1.2.3.4:5:6:7:8:9:10',
  '0000:0000:0000:0000:0000:0000:0000:00001',
  'localhost',
];

test('parses every form of an address, and formats the canonical one', () => {
  for (const [text, canonical] of IP_TEXTS) {
    const words = parseIp(text);
    assert.ok(words !== undefined, text);
    assert.equal(words.length, ADDRESS_WORDS);
    assert.equal(portOf(words), 0);
    assert.equal(familyOf(words), text.includes(':') ? IPV6 : IPV4);
    assert.equal(formatIp(words), canonical, text);
    assert.deepEqual(parseIp(canonical), words, text);
  }
});

test('refuses everything else', () => {
  for (const text of REFUSED_IP_TEXTS) {
    assert.equal(parseIp(text), undefined, JSON.stringify(text));
  }
});

test('words hold the address most significant first', () => {
  assert.deepEqual([...(parseIp('1.2.3.4') ?? [])], [IPV4 << 16, 0x01020304, 0, 0, 0]);
  assert.deepEqual(
    [...(parseIp('102:304:506:708:90a:b0c:d0e:ff10') ?? [])],
    [IPV6 << 16, 0x01020304, 0x05060708, 0x090a0b0c, 0x0d0eff10],
  );
  assert.deepEqual([...(parseIp('fe80::ffff:255.1.2.3') ?? [])], [IPV6 << 16, 0xfe800000, 0, 0xffff, 0xff010203]);
});

test('agrees with the platform on what is an address', () => {
  const words = fc.tuple(
    ...Array.from({ length: 4 }, () => fc.oneof(fc.constant(0), fc.nat(0xffff), fc.nat(0xffffffff))),
  );
  fc.assert(
    fc.property(words, (parts) => {
      const text = formatIp(Uint32Array.of(IPV6 << 16, ...parts));
      assert.equal(isIP(text), 6);
      assert.deepEqual(
        [...(parseIp(text) ?? [])].slice(1),
        parts.map((part) => part >>> 0),
      );
    }),
  );
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('0', '1', 'f', ':', ':', '.', 'g', '25'), maxLength: 20 }),
      (text) => {
        assert.equal(parseIp(text) !== undefined, isIP(text) !== 0, text);
      },
    ),
    { numRuns: 2000 },
  );
});

test('transport addresses have a port, and brackets exactly around IPv6', () => {
  for (const text of [
    '1.2.3.4:80',
    '0.0.0.0:0',
    '255.255.255.255:65535',
    '[::1]:80',
    '[::]:0',
    '[::ffff:1.2.3.4]:65535',
  ]) {
    const words = parseTransportAddress(text);
    assert.ok(words !== undefined, text);
    assert.equal(formatTransportAddress(words), text);
    assert.equal(portOf(words), Number(text.slice(text.lastIndexOf(':') + 1)));
  }
  const refused = [
    ...[
      '',
      ':',
      ':80',
      '1.2.3.4',
      '1.2.3.4:',
      '1.2.3.4:65536',
      '1.2.3.4:-1',
      '1.2.3.4:080',
      '1.2.3.4: 80',
      '1.2.3.4:80 ',
    ],
    ...[
      '::1',
      '::1:80',
      '[::1]',
      '[::1]:',
      '[::1:80',
      '::1]:80',
      '[]:80',
      '[1.2.3.4]:80',
      '[::1%1]:80',
      '[[::1]]:80',
      '[::1]80',
    ],
    ...['localhost:80', '[::1]:99999999999', '1.2.3.4:1e3', '1.2.3.4:0x50'],
  ];
  for (const text of refused) {
    assert.equal(parseTransportAddress(text), undefined, text);
  }
});

test('formats a row anywhere in an array', () => {
  const words = new Uint32Array(3 * ADDRESS_WORDS);
  words.set(parseTransportAddress('[2001:db8::1]:443') ?? [], ADDRESS_WORDS);
  assert.equal(formatIp(words, ADDRESS_WORDS), '2001:db8::1');
  assert.equal(formatTransportAddress(words, ADDRESS_WORDS), '[2001:db8::1]:443');
});

test('decimal numbers have no sign, space, leading zero or excess', () => {
  assert.equal(parseDecimal('0', 10), 0);
  assert.equal(parseDecimal('10', 10), 10);
  assert.equal(parseDecimal('4294967295', 0xffffffff), 0xffffffff);
  for (const text of ['', '00', '01', '+1', '-1', '1.0', '1e1', '0x1', ' 1', '1 ', '1\n', '11', '99999999999']) {
    assert.equal(parseDecimal(text, 10), -1, text);
  }
});
