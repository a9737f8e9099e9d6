import assert from 'node:assert/strict';
import type { NetworkInterfaceInfo } from 'node:os';
import { test } from 'node:test';
import { listOpenAddresses } from './open-addresses.ts';

const interfaces = {
  lo: [describeAddress('127.0.0.1', 'IPv4', true)],
  eth0: [describeAddress('192.0.2.7', 'IPv4', false), describeAddress('2001:db8::7', 'IPv6', false)],
};

function describeAddress(address: string, family: 'IPv4' | 'IPv6', internal: boolean): NetworkInterfaceInfo {
  return { address, family, internal, netmask: '', mac: '', cidr: null, scopeid: 0 } as NetworkInterfaceInfo;
}

test('one address is opened as it is, an IPv6 one in brackets', () => {
  assert.deepEqual(listOpenAddresses('127.0.0.1', 8080, interfaces), ['http://127.0.0.1:8080/']);
  assert.deepEqual(listOpenAddresses('::1', 8080, interfaces), ['http://[::1]:8080/']);
});

test('every address is opened by loopback here, and by its own address from elsewhere', () => {
  const elsewhere = 'http://192.0.2.7:80/';
  assert.deepEqual(listOpenAddresses('0.0.0.0', 80, interfaces), ['http://127.0.0.1:80/', elsewhere]);
  assert.deepEqual(listOpenAddresses('::', 80, interfaces), ['http://[::1]:80/', elsewhere]);
});
