import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseIp } from '../base/ip.ts';
import type { AddressWords } from '../base/socket-address.ts';
import { loadConfig } from '../config/load-config.ts';
import type { Config } from '../config/settings.ts';
import { listStartNotices } from './start-notices.ts';

const host = { cores: 1, hasIpv6: false, relayAddresses: [parseIp('203.0.113.7') as AddressWords] };
const certificate = { TACITURN_TLS_CERTIFICATE: 'certificate.pem', TACITURN_TLS_KEY: 'key.pem' };

function configure(environment: Readonly<Record<string, string>>): Config {
  return loadConfig({ flags: {}, environment, configFile: '/dev/null' }, host).config;
}

describe('what a start points out', () => {
  test('nothing, when the address is public and the certificate an authority’s', () => {
    assert.deepEqual(listStartNotices(configure({ TACITURN_TURN_RELAY_ADDRESS: '8.8.8.8', ...certificate })), []);
  });

  test('an advertised address decides, not the one behind it', () => {
    const environment = { TACITURN_TURN_RELAY_ADDRESS: '10.0.0.5=8.8.8.8', ...certificate };
    assert.deepEqual(listStartNotices(configure(environment)), []);
  });

  test('addresses that the internet cannot reach, each with its reason', () => {
    const [notice, ...others] = listStartNotices(
      configure({ TACITURN_TURN_RELAY_ADDRESS: '192.168.1.2,203.0.113.7,169.254.1.1,127.0.0.1', ...certificate }),
    );
    assert.equal(
      notice,
      'The relay addresses 192.168.1.2 and 203.0.113.7 are not public: the internet cannot reach them. ' +
        'The relay address 169.254.1.1 is link-local: only the same link reaches it. ' +
        'The relay address 127.0.0.1 is loopback: only this machine reaches it. ' +
        'Where clients are elsewhere, set TACITURN_TURN_RELAY_ADDRESS to a public address, or to BIND=ADVERTISED behind a one-to-one NAT.',
    );
    assert.deepEqual(others, []);
  });

  test('a self-signed certificate, where something listens for TLS', () => {
    const environment = { TACITURN_TURN_RELAY_ADDRESS: '8.8.8.8' };
    assert.match(listStartNotices(configure(environment)).join(), /self-signed/);
    assert.deepEqual(listStartNotices(configure({ ...environment, TACITURN_TURN_LISTEN: 'udp://0.0.0.0:3478' })), []);
  });
});
