import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTransportAddress, parseTransportAddress } from './ip.ts';
import {
  ADDRESS_WORDS,
  type AddressWords,
  cloneAddress,
  copyAddress,
  familyOf,
  IPV4,
  IPV6,
  portOf,
  sameAddress,
  sameIp,
  withPort,
} from './socket-address.ts';

function rows(...texts: string[]): AddressWords {
  const words = new Uint32Array(texts.length * ADDRESS_WORDS);
  for (const [i, text] of texts.entries()) {
    words.set(parseTransportAddress(text) ?? [], i * ADDRESS_WORDS);
  }
  return words;
}

test('family and port share a word', () => {
  const words = rows('1.2.3.4:65535', '[::1]:0');
  assert.equal(familyOf(words), IPV4);
  assert.equal(portOf(words), 65535);
  assert.equal(familyOf(words, ADDRESS_WORDS), IPV6);
  assert.equal(portOf(words, ADDRESS_WORDS), 0);
});

test('addresses are the same when family, IP and port are', () => {
  const words = rows('1.2.3.4:80', '1.2.3.4:80', '1.2.3.4:81', '1.2.3.5:80', '[102:304::]:80', '[102:304::1]:80');
  const same = (a: number, b: number): boolean => sameAddress(words, a * ADDRESS_WORDS, words, b * ADDRESS_WORDS);
  const sameHost = (a: number, b: number): boolean => sameIp(words, a * ADDRESS_WORDS, words, b * ADDRESS_WORDS);
  assert.deepEqual(
    [1, 2, 3, 4, 5].map((i) => same(0, i)),
    [true, false, false, false, false],
  );
  assert.deepEqual(
    [1, 2, 3, 4, 5].map((i) => sameHost(0, i)),
    [true, true, false, false, false],
  );
  assert.deepEqual([same(4, 5), sameHost(4, 5)], [false, false]);
});

test('copies leave the rows around them alone', () => {
  const words = rows('1.1.1.1:1', '[2::2]:2', '3.3.3.3:3');
  copyAddress(words, 2 * ADDRESS_WORDS, words, ADDRESS_WORDS);
  const texts = [0, 1, 2].map((i) => formatTransportAddress(words, i * ADDRESS_WORDS));
  assert.deepEqual(texts, ['1.1.1.1:1', '3.3.3.3:3', '3.3.3.3:3']);
  const clone = cloneAddress(words, ADDRESS_WORDS);
  words.fill(0);
  assert.equal(formatTransportAddress(clone), '3.3.3.3:3');
});

test('another port makes a row of its own', () => {
  const words = rows('1.2.3.4:80', '[::1]:80');
  assert.equal(formatTransportAddress(withPort(words, 443)), '1.2.3.4:443');
  assert.equal(formatTransportAddress(withPort(words, 65535, ADDRESS_WORDS)), '[::1]:65535');
  assert.equal(portOf(words), 80);
});
