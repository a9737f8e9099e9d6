import { Type } from 'typebox';
import { LiveAccounts } from '../../control/live-accounts.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpContext } from '../http-context.ts';
import type { LiveStreams } from '../live/live-streams.ts';
import { writeAccount } from '../live/write-account.ts';
import { deniedPeerItem } from './denied-peers.ts';
import { describeEnvelope, describeMissing, wrapResult } from './envelope.ts';
import { describeEnvelopeErrors } from './error-schemas.ts';
import { formatLiveAccount } from './format-live-account.ts';
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

const PATH = '/accounts/:accountId/calls/turn_live';

const config = { access: 'Calls Read' } as const;
const common = { tags: ['Live allocations'], security: [{ accountToken: [] }], params: accountParams };

/** What an account does at this moment, in sums: once, or each second. */
export function registerLiveAccount(app: HttpApp, context: HttpContext, streams: LiveStreams): void {
  const accounts = new LiveAccounts();
  registerRead(app, context, accounts);
  registerStream(app, context, accounts, streams);
}

function registerRead(app: HttpApp, { control }: HttpContext, accounts: LiveAccounts): void {
  app.get(
    PATH,
    {
      config,
      schema: {
        ...common,
        operationId: 'readLiveAccount',
        summary: 'Read what an account does at this moment: allocations, rates, denied peers, and the month',
        description:
          'Read once a second at most, however many ask. `messages` names the workers that did not answer, whose ' +
          'allocations are then not in the sums.',
        response: { 200: describeEnvelope(liveAccount, 'The sums.'), ...describeEnvelopeErrors(401, 403, 404) },
      },
    },
    async ({ params }) => {
      const account = await accounts.read(control, params.accountId);
      return wrapResult(formatLiveAccount(account), describeMissing(account.missing));
    },
  );
}

function registerStream(app: HttpApp, { control }: HttpContext, accounts: LiveAccounts, streams: LiveStreams): void {
  app.get(
    `${PATH}/stream`,
    {
      config,
      schema: {
        ...common,
        operationId: 'streamLiveAccount',
        summary: 'Follow what an account does: allocations, rates, denied peers, and the month',
        description:
          'Server-sent events: each second `account` tells all that `turn_live` answers, and as `missing` the workers that did ' +
          'not answer; `unavailable` tells that nothing could be read in this second.',
        response: {
          200: { description: 'The events.', content: { 'text/event-stream': { schema: { type: 'string' } } } },
          ...describeEnvelopeErrors(401, 403, 404),
        },
      },
    },
    async (request, reply) => {
      const read = () => accounts.read(control, request.params.accountId);
      await streams.open(request, reply, request.params.accountId, async () => {
        // While there still can be another answer than a stream.
        await read();
        return { write: (_lastEventId, signal, progress) => writeAccount(read, signal, progress), close: () => {} };
      });
    },
  );
}
