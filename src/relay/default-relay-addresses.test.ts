import assert from 'node:assert/strict';
import type { NetworkInterfaceInfo } from 'node:os';
import { describe, it } from 'node:test';
import { formatIp } from '../base/ip.ts';
import { type AddressWords, IPV4, IPV6 } from '../base/socket-address.ts';
import { chooseByRoute, findDefaultRelayAddresses } from './default-relay-addresses.ts';
import { listOwnAddresses } from './own-addresses.ts';

const tables = {
  ipv4: [
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
    'wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0',
    'eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0',
    'down0\t00000000\t010200C0\t0002\t0\t0\t0\t00000000\t0\t0\t0',
    'eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0',
    '',
  ].join('\n'),
  ipv6: [
    `fd${'0'.repeat(30)} 40 ${'0'.repeat(32)} 00 ${'0'.repeat(32)} 00000100 00000001 00000000 00000001     eth0`,
    `${'0'.repeat(32)} 00 ${'0'.repeat(32)} 00 fd${'0'.repeat(29)}1 00000400 00000002 00000000 00000003     eth0`,
    `${'0'.repeat(32)} 00 ${'0'.repeat(32)} 00 ${'0'.repeat(32)} 00000001 00000001 00000000 00200200       lo`,
    '',
  ].join('\n'),
};

function entries(...addresses: readonly string[]): NetworkInterfaceInfo[] {
  return addresses.map((address) => ({ address }) as NetworkInterfaceInfo);
}

function textOf(address: AddressWords | undefined): string | undefined {
  return address === undefined ? undefined : formatIp(address);
}

describe('default relay addresses', () => {
  it('are of the interface of the default route with the lowest metric', () => {
    const interfaces = {
      wlan0: entries('192.168.1.7'),
      eth0: entries('198.51.100.9', '198.51.100.10', 'fe80::1', 'fd00::2', '2001:500::2'),
    };
    assert.equal(textOf(chooseByRoute(IPV4, tables, interfaces)), '198.51.100.9');
    assert.equal(textOf(chooseByRoute(IPV6, tables, interfaces)), '2001:500::2');
  });

  it('take a unique-local address when there is no public one, never a link-local one', () => {
    assert.equal(textOf(chooseByRoute(IPV6, tables, { eth0: entries('fe80::1', 'fd00::2') })), 'fd00::2');
    assert.equal(chooseByRoute(IPV6, tables, { eth0: entries('fe80::1') }), undefined);
    assert.equal(chooseByRoute(IPV4, tables, { eth0: entries('169.254.3.4') }), undefined);
  });

  it('are none without a default route, or without its interface', () => {
    assert.equal(chooseByRoute(IPV4, { ipv4: '', ipv6: '' }, { eth0: entries('198.51.100.9') }), undefined);
    assert.equal(chooseByRoute(IPV6, tables, {}), undefined);
  });

  it('are addresses of this machine', async () => {
    const own = listOwnAddresses().map((address) => formatIp(address));
    assert.ok(own.includes('127.0.0.1'));
    const found = await findDefaultRelayAddresses();
    assert.ok(found.length >= 1);
    for (const { address } of found) {
      assert.ok(own.includes(formatIp(address)), formatIp(address));
    }
  });
});
