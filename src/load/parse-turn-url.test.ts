import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTurnUrl } from './parse-turn-url.ts';

test('reads TURN URIs with and without port and transport', () => {
  const read = (text: string) => {
    const url = parseTurnUrl(text);
    return url === undefined ? undefined : `${url.host} ${url.port} ${url.transport}`;
  };
  assert.equal(read('turn:127.0.0.1:4000?transport=udp'), '127.0.0.1 4000 udp');
  assert.equal(read('turn:relay.example'), 'relay.example 3478 udp');
  assert.equal(read('turn:relay.example?transport=tcp'), 'relay.example 3478 tcp');
  assert.equal(read('turns:relay.example'), 'relay.example 5349 tls');
  assert.equal(read('TURNS:[::1]:443?transport=tcp'), '::1 443 tls');
});

test('refuses what is no TURN URI, and TLS over UDP', () => {
  const wrong = [
    '',
    'turn:',
    'stun:127.0.0.1',
    'turn://127.0.0.1',
    'turn:127.0.0.1:0',
    'turn:127.0.0.1:65536',
    'turn:::1',
    'turn:a?transport=sctp',
    'turns:a?transport=udp',
    'turn:a b',
  ];
  assert.deepEqual(
    wrong.filter((text) => parseTurnUrl(text) !== undefined),
    [],
  );
});
