import type { LiveAccount } from '../../control/live-accounts.ts';
import { formatRfc3339 } from '../../control/rfc3339.ts';
import type { LiveTotals } from '../../control/sum-live-traffic.ts';
import { formatDeniedPeer } from './denied-peers.ts';

/** What an account does at this moment, as an answer and a stream tell it. */
export function formatLiveAccount({ readAt, total, transports, limits, denied }: LiveAccount) {
  const { accountMonthlyEgressSoftBytes: soft, accountMonthlyEgressHardBytes: hard } = limits.limits;
  return {
    read_on: formatRfc3339(readAt),
    total: formatTotals(total),
    by_transport: {
      udp: formatTotals(transports.udp),
      tcp: formatTotals(transports.tcp),
      tls: formatTotals(transports.tls),
    },
    month: {
      since: formatRfc3339(limits.month),
      egress_bytes: limits.monthEgressBytes,
      ...(soft !== undefined && soft.value > 0 && { soft_limit: soft.value }),
      ...(hard !== undefined && hard.value > 0 && { hard_limit: hard.value }),
      blocked: limits.isBlocked,
    },
    denied_peers: denied.map((peer) => ({ key_uid: peer.keyUid as string, ...formatDeniedPeer(peer) })),
  };
}

function formatTotals(totals: LiveTotals) {
  return {
    allocations: totals.allocations,
    ingress_bits_per_second: totals.ingressBitsPerSecond,
    ingress_packets_per_second: totals.ingressPacketsPerSecond,
    egress_bits_per_second: totals.egressBitsPerSecond,
    egress_packets_per_second: totals.egressPacketsPerSecond,
  };
}
