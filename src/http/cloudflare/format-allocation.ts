import type { UnixMs } from '../../base/clock.ts';
import type { AllocationDetail, AllocationRecord, AllocationTraffic } from '../../contract/live-allocation.ts';
import type { LiveAllocation } from '../../control/live-allocation.ts';
import { formatRfc3339 } from '../../control/rfc3339.ts';

/** A live allocation as the management API tells it, its age apart. */
export function formatAllocation({ id, record, traffic }: LiveAllocation) {
  return { id, ...formatRecord(record), ...formatTraffic(traffic) };
}

/** The same with its age at `now`, and with all that belongs to it. */
export function formatDetail(id: string, detail: AllocationDetail, now: UnixMs) {
  const { record, traffic, relays, permissions, channels } = detail;
  return {
    ...formatAllocation({ id, record, traffic }),
    age_seconds: ageOf(record, now),
    relays: relays.map(({ address, expiresAt }) => ({ address, expires_on: formatRfc3339(expiresAt) })),
    permissions: permissions.map(({ peer, expiresAt }) => ({ peer, expires_on: formatRfc3339(expiresAt) })),
    channels: channels.map(({ number, peer, expiresAt }) => ({ number, peer, expires_on: formatRfc3339(expiresAt) })),
  };
}

/** How old an allocation is, in whole seconds. */
export function ageOf({ startedAt }: AllocationRecord, now: UnixMs): number {
  return Math.max(Math.floor((now - startedAt) / 1_000), 0);
}

export function formatTraffic(traffic: AllocationTraffic) {
  return {
    ingress_bytes: traffic.ingressBytes,
    ingress_packets: traffic.ingressPackets,
    egress_bytes: traffic.egressBytes,
    egress_packets: traffic.egressPackets,
    ingress_bits_per_second: traffic.ingressBitsPerSecond,
    ingress_packets_per_second: traffic.ingressPacketsPerSecond,
    egress_bits_per_second: traffic.egressBitsPerSecond,
    egress_packets_per_second: traffic.egressPacketsPerSecond,
  };
}

function formatRecord(record: AllocationRecord) {
  return {
    username: record.username as string,
    custom_identifier: record.customIdentifier,
    key_uid: record.keyUid as string,
    transport: record.transport,
    client_address: record.clientAddress,
    relay_addresses: [...record.relayAddresses],
    peers: [...record.peers],
    peer_count: record.peerCount,
    started_on: formatRfc3339(record.startedAt),
    expires_on: formatRfc3339(record.expiresAt),
    credential_expires_on: formatRfc3339(record.credentialExpiresAt),
  };
}
