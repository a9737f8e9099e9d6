import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatTransportAddress, parseIp, parseTransportAddress } from '../base/ip.ts';
import { LISTENERS_MAX } from '../base/limits.ts';
import type { AddressWords } from '../base/socket-address.ts';
import type { ListenAddress } from '../contract/worker-message.ts';
import { listAnsweringAddresses } from './answering-addresses.ts';

const own = ['127.0.0.1', '198.51.100.7', '198.51.100.8', '::1', '2001:db8::7', 'fe80::7', 'febf::7'].map(
  (text) => parseIp(text) as AddressWords,
);

function listenOn(...urls: readonly string[]): ListenAddress[] {
  return urls.map((url) => {
    const [transport, address] = url.split('://') as [ListenAddress['transport'], string];
    return { transport, address: parseTransportAddress(address) as AddressWords };
  });
}

const list = (...urls: readonly string[]) =>
  listAnsweringAddresses(listenOn(...urls), own).map(
    ({ transport, address }) => `${transport}://${formatTransportAddress(address)}`,
  );

describe('answering addresses', () => {
  it("are the host's own of the wildcard's family, with its port, but for link-local ones", () => {
    assert.deepEqual(list('udp://0.0.0.0:3478'), [
      'udp://127.0.0.1:3478',
      'udp://198.51.100.7:3478',
      'udp://198.51.100.8:3478',
    ]);
    assert.deepEqual(list('udp://[::]:3479'), ['udp://[::1]:3479', 'udp://[2001:db8::7]:3479']);
  });

  it('are none where streams, or single addresses, are listened on', () => {
    assert.deepEqual(list('tcp://0.0.0.0:3478', 'tls://[::]:5349', 'udp://198.51.100.7:3478'), []);
  });

  it('leave out what is listened on anyway', () => {
    assert.deepEqual(list('udp://0.0.0.0:3478', 'udp://198.51.100.7:3478', 'udp://198.51.100.8:9'), [
      'udp://127.0.0.1:3478',
      'udp://198.51.100.8:3478',
    ]);
  });

  it('are no more than there are numbers for', () => {
    const many = Array.from({ length: 300 }, (_, host) => parseIp(`10.0.${host >>> 8}.${host & 0xff}`) as AddressWords);
    assert.equal(listAnsweringAddresses(listenOn('udp://0.0.0.0:1'), many).length, LISTENERS_MAX - 1);
  });
});
