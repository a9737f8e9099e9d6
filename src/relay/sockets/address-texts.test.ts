import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatIp, parseIp } from '../../base/ip.ts';
import { ADDRESS_WORDS, type AddressWords, portOf, withPort } from '../../base/socket-address.ts';
import { AddressTexts } from './address-texts.ts';

describe('address texts', () => {
  it('says what parse and format say, however often it is asked', () => {
    const texts = new AddressTexts();
    const out = new Uint32Array(2 * ADDRESS_WORDS);
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(0xffff), (text, port) => {
        const expected = withPort(parseIp(text) as AddressWords, port);
        for (let time = 0; time < 2; time++) {
          assert.equal(texts.write(text, port, out, ADDRESS_WORDS), true);
          assert.deepEqual(out.slice(ADDRESS_WORDS), expected);
          assert.equal(texts.textOf(out, ADDRESS_WORDS), formatIp(expected));
        }
      }),
    );
  });

  it('takes a link-local sender for what it is without its zone', () => {
    const out = new Uint32Array(ADDRESS_WORDS);
    assert.equal(new AddressTexts().write('fe80::1%eth0', 7, out, 0), true);
    assert.equal(formatIp(out), 'fe80::1');
    assert.equal(portOf(out), 7);
  });

  it('refuses what is no address', () => {
    assert.equal(new AddressTexts().write('localhost', 7, new Uint32Array(ADDRESS_WORDS), 0), false);
  });

  it('stays right when there are more addresses than it remembers', () => {
    const texts = new AddressTexts();
    const out = new Uint32Array(ADDRESS_WORDS);
    for (let round = 0; round < 2; round++) {
      for (let host = 0; host < 6_000; host++) {
        const text = `10.1.${host >>> 8}.${host & 0xff}`;
        assert.equal(texts.write(text, host, out, 0), true);
        assert.equal(texts.textOf(out, 0), text);
      }
    }
  });
});
