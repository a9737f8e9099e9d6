import { Type } from 'typebox';
import { type LiveAccount, LiveAccounts } from '../../control/live-accounts.ts';
import type { LiveTotals } from '../../control/sum-live-traffic.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpContext } from '../http-context.ts';
import { formatRfc3339 } from '../rfc3339.ts';
import { deniedPeerItem, formatDeniedPeer } from './denied-peers.ts';
import { describeEnvelope, describeMissing, wrapResult } from './envelope.ts';
import { describeEnvelopeErrors } from './error-schemas.ts';
import { accountParams } from './key-schemas.ts';

const totals = Type.Object({
  allocations: Type.Integer(),
  ingress_bits_per_second: Type.Number({ description: 'From clients.' }),
  ingress_packets_per_second: Type.Number(),
  egress_bits_per_second: Type.Number({ description: 'To clients.' }),
  egress_packets_per_second: Type.Number(),
});

const limit = Type.Optional(Type.Integer({ description: 'A limit of the month in bytes, where there is one.' }));

const liveAccount = Type.Object({
  read_on: Type.String({ description: 'An RFC 3339 time.' }),
  total: totals,
  by_transport: Type.Object({ udp: totals, tcp: totals, tls: totals }),
  month: Type.Object({
    since: Type.String({ description: 'When the month began, in UTC: an RFC 3339 time.' }),
    egress_bytes: Type.Integer({ description: 'Sent to clients in it, as far as it is stored.' }),
    soft_limit: limit,
    hard_limit: limit,
    blocked: Type.Boolean({ description: 'Whether the hard limit is reached.' }),
  }),
  denied_peers: Type.Array(Type.Object({ key_uid: Type.String(), ...deniedPeerItem.properties }), {
    description: 'Those that were denied in the last minutes, latest first.',
  }),
});

/** What an account does at this moment, in sums. */
export function registerLiveAccount(app: HttpApp, { control }: HttpContext): void {
  const accounts = new LiveAccounts();
  app.get(
    '/accounts/:accountId/calls/turn_live',
    {
      config: { access: 'Calls Read' },
      schema: {
        tags: ['Live allocations'],
        security: [{ accountToken: [] }],
        operationId: 'readLiveAccount',
        summary: 'Read what an account does at this moment: allocations, rates, denied peers, and the month',
        description:
          'Read once a second at most, however many ask. `messages` names the workers that did not answer, whose ' +
          'allocations are then not in the sums.',
        params: accountParams,
        response: { 200: describeEnvelope(liveAccount, 'The sums.'), ...describeEnvelopeErrors(401, 403, 404) },
      },
    },
    async ({ params }) => {
      const account = await accounts.read(control, params.accountId);
      return wrapResult(formatLiveAccount(account), describeMissing(account.missing));
    },
  );
}

function formatLiveAccount({ readAt, total, transports, limits, denied }: LiveAccount) {
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
