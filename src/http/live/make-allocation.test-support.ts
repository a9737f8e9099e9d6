import type { UnixMs } from '../../base/clock.ts';
import type { KeyUid, Username } from '../../contract/ids.ts';
import type { LiveAllocation } from '../../control/live-allocation.ts';

/** An allocation of which nothing matters but that it is another than those with other numbers. */
export function makeAllocation(number: number): LiveAllocation {
  return {
    id: number.toString(16).padStart(32, '0'),
    record: {
      username: `user ${number}` as Username,
      keyUid: '1'.repeat(32) as KeyUid,
      customIdentifier: '',
      transport: 'udp',
      clientAddress: '198.51.100.1:1',
      relayAddresses: [],
      peers: [],
      peerCount: 0,
      startedAt: 0 as UnixMs,
      expiresAt: 0 as UnixMs,
      credentialExpiresAt: 0 as UnixMs,
    },
    traffic: {
      ingressBytes: 0,
      ingressPackets: 0,
      egressBytes: 0,
      egressPackets: 0,
      ingressBitsPerSecond: 0,
      ingressPacketsPerSecond: 0,
      egressBitsPerSecond: 0,
      egressPacketsPerSecond: 0,
    },
  };
}
