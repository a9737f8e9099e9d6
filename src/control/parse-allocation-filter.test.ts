import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTransportAddress } from '../base/ip.ts';
import { parseAllocationFilter } from './parse-allocation-filter.ts';

test('a filter has what was named, and nothing else', () => {
  assert.deepEqual(parseAllocationFilter({}), {});
  const texts = { keyUid: '1'.repeat(32), customIdentifier: '', username: 'u', transport: 'tls' } as const;
  assert.deepEqual(parseAllocationFilter(texts), texts);
});

test('an address has a port, or stands for all of them', () => {
  for (const [text, address] of [
    ['198.51.100.1', '198.51.100.1:0'],
    ['198.51.100.1:4000', '198.51.100.1:4000'],
    ['2001:DB8::1', '[2001:db8::1]:0'],
    ['[2001:db8::1]:4000', '[2001:db8::1]:4000'],
  ] as const) {
    const { client, relay } = parseAllocationFilter({ clientAddress: text, relayAddress: text });
    assert.equal(client && formatTransportAddress(client), address);
    assert.deepEqual(relay, client);
  }
  const { peer } = parseAllocationFilter({ peerAddress: '8.8.8.8' });
  assert.equal(peer && formatTransportAddress(peer), '8.8.8.8:0');
});

test('what no allocation can have is refused', () => {
  for (const input of [
    { keyUid: 'x' },
    { clientAddress: 'localhost' },
    { relayAddress: '' },
    { relayAddress: '1.2.3.4:99999' },
    { peerAddress: '8.8.8.8:53' },
  ]) {
    assert.throws(() => parseAllocationFilter(input), { code: 'invalid-filter' }, JSON.stringify(input));
  }
});
