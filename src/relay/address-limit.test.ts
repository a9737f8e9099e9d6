import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseTransportAddress } from '../base/ip.ts';
import type { AddressWords } from '../base/socket-address.ts';
import { AddressLimit } from './address-limit.ts';

const at = (text: string) => parseTransportAddress(text) as AddressWords;

describe('address limit', () => {
  it('counts an IPv4 address, whatever the port', () => {
    const limit = new AddressLimit(2);
    assert.deepEqual(
      ['192.0.2.1:1', '192.0.2.1:2', '192.0.2.1:3', '192.0.2.2:1'].map((text) => limit.take(at(text))),
      [true, true, false, true],
    );
    limit.giveBack(at('192.0.2.1:1'));
    assert.equal(limit.take(at('192.0.2.1:9')), true);
  });

  it('counts an IPv6 /64 as one address', () => {
    const limit = new AddressLimit(1);
    assert.deepEqual(
      ['[2001:db8::1]:1', '[2001:db8::ffff:1]:1', '[2001:db8:0:1::1]:1'].map((text) => limit.take(at(text))),
      [true, false, true],
    );
  });
});
