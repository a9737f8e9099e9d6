import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeHashes } from '../app/node-hashes.ts';
import { decodeUtf8, encodeUtf8 } from '../base/bytes.ts';
import type { UnixMs } from '../base/clock.ts';
import type { ClientTransport } from '../contract/ids.ts';
import { NonceMint, offersPasswordAlgorithms } from './nonce.ts';
import { addressOf } from './test-support/script-options.ts';

const HOUR_MS = 3_600_000;
const NOW = 1_700_000_000_000 as UnixMs;
const KEY = new Uint8Array(32).fill(1);
const CLIENT = addressOf('198.51.100.1:4000');
const mint = new NonceMint(nodeHashes, KEY, HOUR_MS);

function issue(at: number = NOW): Uint8Array {
  return mint.issue('udp', CLIENT, 0, at as UnixMs).slice();
}

function isFresh(
  nonce: Uint8Array,
  at: number = NOW,
  client: string = '198.51.100.1:4000',
  transport: ClientTransport = 'udp',
  reader: NonceMint = mint,
): boolean {
  return reader.isFresh(nonce, 0, nonce.length, transport, addressOf(client), 0, at as UnixMs);
}

test('a nonce begins with the cookie of RFC 8489 and the bit for password algorithms, and is short', () => {
  const nonce = issue();
  assert.match(decodeUtf8(nonce) as string, /^obMatJos2AAAB[A-Za-z0-9+/]{16}$/);
  assert.equal(offersPasswordAlgorithms(nonce, 0, nonce.length), true);
});

test('a nonce is fresh for the client it was issued to', () => {
  assert.equal(isFresh(issue()), true);
});

test('it is of no use to another address, port, family or transport', () => {
  const nonce = issue();
  assert.equal(isFresh(nonce, NOW, '198.51.100.2:4000'), false);
  assert.equal(isFresh(nonce, NOW, '198.51.100.1:4001'), false);
  assert.equal(isFresh(nonce, NOW, '[::c633:6401]:4000'), false);
  assert.equal(isFresh(nonce, NOW, '198.51.100.1:4000', 'tcp'), false);
});

test('every bit of an IPv6 address counts', () => {
  const nonce = mint.issue('udp', addressOf('[2001:db8:1:2:3:4:5:6]:4000'), 0, NOW).slice();
  assert.equal(isFresh(nonce, NOW, '[2001:db8:1:2:3:4:5:6]:4000'), true);
  for (const ip of ['2001:db9:1:2:3:4:5:6', '2001:db8:1:3:3:4:5:6', '2001:db8:1:2:3:5:5:6', '2001:db8:1:2:3:4:5:7']) {
    assert.equal(isFresh(nonce, NOW, `[${ip}]:4000`), false, ip);
  }
});

test('two clients never get the same one, and one client gets another as time goes on', () => {
  const other = mint.issue('udp', addressOf('198.51.100.1:4001'), 0, NOW).slice();
  assert.notDeepEqual(other, issue());
  assert.notDeepEqual(issue(NOW + 8_000), issue());
});

test('it expires after its lifetime', () => {
  const nonce = issue();
  assert.equal(isFresh(nonce, NOW + HOUR_MS), true);
  assert.equal(isFresh(nonce, NOW + HOUR_MS + 8_000), false);
  assert.equal(isFresh(nonce, NOW + 100 * HOUR_MS), false);
});

test('a clock that another worker set back a little does not make it stale', () => {
  assert.equal(isFresh(issue(), NOW - 5_000), true);
  assert.equal(isFresh(issue(), NOW - 60_000), false);
});

test('another key does not accept it', () => {
  const stranger = new NonceMint(nodeHashes, new Uint8Array(32).fill(2), HOUR_MS);
  assert.equal(isFresh(issue(), NOW, undefined, undefined, stranger), false);
});

test('it is fresh no more when any of its characters is changed, or their number', () => {
  const nonce = issue();
  for (let i = 0; i < nonce.length; i += 1) {
    const changed = nonce.slice();
    changed[i] = (changed[i] as number) ^ 1;
    assert.equal(isFresh(changed), false, `character ${i}`);
  }
  assert.equal(isFresh(nonce.subarray(0, nonce.length - 1)), false);
  assert.equal(isFresh(Uint8Array.of(...nonce, 0x41)), false);
  assert.equal(isFresh(new Uint8Array(0)), false);
});

test('the bit is looked for behind the cookie alone', () => {
  const offers = (text: string): boolean => {
    const bytes = encodeUtf8(text);
    return offersPasswordAlgorithms(bytes, 0, bytes.length);
  };
  assert.equal(offers('obMatJos2AAABxyz'), true);
  assert.equal(offers('obMatJos2AAADxyz'), true);
  assert.equal(offers('obMatJos2AAACxyz'), false);
  assert.equal(offers('obMatJos2AAAAxyz'), false);
  assert.equal(offers('obMatJos2AAA'), false);
  assert.equal(offers('obMatJos2AA*Bxyz'), false);
  assert.equal(offers('obMatJos1AAABxyz'), false);
  assert.equal(offers(''), false);
});
