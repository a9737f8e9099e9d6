import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseIp } from '../base/ip.ts';
import type { AddressWords } from '../base/socket-address.ts';
import type { RelayAddress } from '../config/address-kinds.ts';
import { requireRelayAddresses } from './require-relay-addresses.ts';

function relay(bind: string, advertised = bind): RelayAddress {
  return { bind: parseIp(bind) as AddressWords, advertised: parseIp(advertised) as AddressWords };
}

describe('relay addresses at the start', () => {
  test('one of this machine passes, whatever it is advertised as', async () => {
    await requireRelayAddresses([relay('127.0.0.1'), relay('127.0.0.1', '203.0.113.7')]);
  });

  test('so does one that no interface lists, but that can be bound, as all of loopback can on Linux', async () => {
    await requireRelayAddresses([relay(process.platform === 'linux' ? '127.9.9.9' : '127.0.0.1')]);
  });

  test('one that this machine does not have is refused, with those that it has', async () => {
    await assert.rejects(requireRelayAddresses([relay('127.0.0.1'), relay('203.0.113.7', '127.0.0.1')]), {
      name: 'StartError',
      message:
        /^turn\.relay_address \(TACITURN_TURN_RELAY_ADDRESS\): this machine does not have 203\.0\.113\.7 \(it has \d+\.[^)]+\)\. Write bind=advertised, the local address first\.$/,
    });
  });
});
