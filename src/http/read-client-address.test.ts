import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readClientAddress } from './read-client-address.ts';

test('one client has one address, however it is written', () => {
  for (const [ip, address] of [
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:DB8:0::1', '2001:db8::1'],
    ['unknown', undefined],
    ['', undefined],
    ['192.0.2.7:80', undefined],
  ] as const) {
    assert.equal(readClientAddress({ ip }), address, ip);
  }
});
