import { Type } from 'typebox';
import { listDeniedPeers } from '../../control/list-denied-peers.ts';
import type { StoredDeniedPeer } from '../../control/ports.ts';
import { formatRfc3339 } from '../../control/rfc3339.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpContext } from '../http-context.ts';
import { describePage, wrapPage } from './envelope.ts';
import { describeEnvelopeErrors } from './error-schemas.ts';
import { accountKeyParams } from './key-schemas.ts';
import { pageProblems, pageQuery, readPageQuery } from './page-query.ts';

export const deniedPeerItem = Type.Object({
  address: Type.String({ description: "The peer's IP address, whatever its port." }),
  rule: Type.String({
    description: 'Why nothing is relayed to it: what follows `denied_peer_` in the metrics, such as `link_local`.',
  }),
  range: Type.Optional(Type.String({ description: 'The range of `peers.deny` that holds it, with `deny_list`.' })),
  count: Type.Integer({ description: 'How often.' }),
  first_seen: Type.String({ description: 'An RFC 3339 time, to a few seconds.' }),
  last_seen: Type.String({ description: 'An RFC 3339 time.' }),
});

/** Which peers the credentials of a key wanted to reach, and were denied. */
export function registerDeniedPeers(app: HttpApp, { control }: HttpContext): void {
  app.get(
    '/accounts/:accountId/calls/turn_keys/:keyUid/denied_peers',
    {
      config: { access: 'Calls Read', problems: pageProblems },
      schema: {
        tags: ['TURN keys'],
        security: [{ accountToken: [] }],
        operationId: 'listDeniedPeers',
        summary: 'List the peers that were denied to the credentials of a TURN key, latest first',
        params: accountKeyParams,
        querystring: pageQuery,
        response: {
          200: describePage(deniedPeerItem, 'One page of denied peers.'),
          ...describeEnvelopeErrors(400, 401, 403, 404),
        },
      },
    },
    async ({ params, query }) => {
      const request = readPageQuery(query);
      const { peers, totalCount } = await listDeniedPeers(control, params.accountId, params.keyUid, request);
      return wrapPage(peers.map(formatDeniedPeer), { ...request, totalCount });
    },
  );
}

/** A denied peer as the API tells it. */
export function formatDeniedPeer({ address, rule, range, denials, firstDeniedAt, lastDeniedAt }: StoredDeniedPeer) {
  return {
    address,
    rule,
    ...(range === '' ? {} : { range }),
    count: denials,
    first_seen: formatRfc3339(firstDeniedAt),
    last_seen: formatRfc3339(lastDeniedAt),
  };
}
