import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cidr } from '../base/cidr.ts';
import { formatTransportAddress } from '../base/ip.ts';
import { ClientAddresses } from './client-addresses.ts';

function take(text: string, random: number, count: number): readonly string[] {
  const addresses = new ClientAddresses(ClientAddresses.parse(text) as Cidr, random);
  return Array.from({ length: count }, () => formatTransportAddress(addresses.next()));
}

test('a range gives each client a port of its own, and then the next address', () => {
  assert.deepEqual(take('127.1.0.0/16', 59_998, 3), ['127.1.0.1:61998', '127.1.0.1:61999', '127.1.0.2:2000']);
});

test('a range begins anew at its end, without its first and last address', () => {
  assert.deepEqual(take('127.1.0.0/30', 119_999, 2), ['127.1.0.2:61999', '127.1.0.1:2000']);
});

test('a single address leaves the port to the system', () => {
  assert.deepEqual(take('127.0.0.1', 5, 2), ['127.0.0.1:0', '127.0.0.1:0']);
  assert.deepEqual(take('::1', 5, 1), ['[::1]:0']);
});

test('refuses what is neither', () => {
  assert.deepEqual(
    ['', 'localhost', '127.1.0.1/16', 'fd00::/64', '127.1.0.0/31'].filter(
      (text) => ClientAddresses.parse(text) !== undefined,
    ),
    [],
  );
});
