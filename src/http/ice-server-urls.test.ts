import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildIceServerUrls } from './ice-server-urls.ts';

test('each transport is listed with its primary port', () => {
  const urls = buildIceServerUrls('turn.example.com', [
    { transport: 'udp', port: 3478 },
    { transport: 'tcp', port: 3478 },
    { transport: 'tls', port: 5349 },
  ]);
  assert.deepEqual(urls, {
    stun: ['stun:turn.example.com:3478'],
    turn: [
      'turn:turn.example.com:3478?transport=udp',
      'turn:turn.example.com:3478?transport=tcp',
      'turns:turn.example.com:5349?transport=tcp',
    ],
  });
});

test('alternate ports follow the primary ones, in the order of the configuration', () => {
  const urls = buildIceServerUrls('h', [
    { transport: 'tcp', port: 80 },
    { transport: 'udp', port: 53 },
    { transport: 'tls', port: 443 },
    { transport: 'udp', port: 3478 },
    { transport: 'tcp', port: 3478 },
    { transport: 'udp', port: 443 },
  ]);
  assert.deepEqual(urls.stun, ['stun:h:3478', 'stun:h:53', 'stun:h:443']);
  assert.deepEqual(urls.turn, [
    'turn:h:3478?transport=udp',
    'turn:h:3478?transport=tcp',
    'turns:h:443?transport=tcp',
    'turn:h:80?transport=tcp',
    'turn:h:53?transport=udp',
    'turn:h:443?transport=udp',
  ]);
});

test('a port that several addresses share is listed once', () => {
  const urls = buildIceServerUrls('h', [
    { transport: 'udp', port: 5000 },
    { transport: 'udp', port: 5000 },
  ]);
  assert.deepEqual(urls, { stun: ['stun:h:5000'], turn: ['turn:h:5000?transport=udp'] });
});

test('an IPv6 literal stands in brackets', () => {
  const urls = buildIceServerUrls('2001:db8::1', [{ transport: 'tls', port: 5349 }]);
  assert.deepEqual(urls, { stun: [], turn: ['turns:[2001:db8::1]:5349?transport=tcp'] });
});

test('without UDP there is no stun URL', () => {
  assert.deepEqual(buildIceServerUrls('h', [{ transport: 'tcp', port: 3478 }]).stun, []);
});
