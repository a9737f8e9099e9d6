import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTransportAddress } from '../base/ip.ts';
import { RelayAliases } from './relay-aliases.ts';
import { addressOf } from './test-support/script-options.ts';

const NAT = new RelayAliases([
  { bind: addressOf('10.0.0.5'), advertised: addressOf('203.0.113.5') },
  { bind: addressOf('2001:db8::5'), advertised: addressOf('2001:db8::5') },
]);

function publicName(text: string): string {
  return formatTransportAddress(NAT.toPublic(addressOf(text), 0));
}

function innerName(text: string): string {
  const words = addressOf(text);
  NAT.toInner(words, 0);
  return formatTransportAddress(words);
}

test('an address with two names is translated, its port kept', () => {
  assert.equal(publicName('10.0.0.5:50000'), '203.0.113.5:50000');
  assert.equal(innerName('203.0.113.5:50000'), '10.0.0.5:50000');
});

test('every other address stays as it is', () => {
  for (const text of ['203.0.113.5:50000', '8.8.8.8:53', '[2001:db8::5]:50000', '[::1]:1']) {
    assert.equal(publicName(text), text);
  }
  for (const text of ['10.0.0.5:50000', '8.8.8.8:53', '[2001:db8::5]:50000']) {
    assert.equal(innerName(text), text);
  }
});

test('only a server behind a NAT needs them', () => {
  assert.equal(NAT.isNeeded, true);
  const plain = { bind: addressOf('203.0.113.5'), advertised: addressOf('203.0.113.5') };
  assert.equal(new RelayAliases([plain]).isNeeded, false);
});
