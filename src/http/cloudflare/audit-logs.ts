import type { Static } from 'typebox';
import { AUDIT_ACTIONS } from '../../control/audit-action.ts';
import type { AuditEntry } from '../../control/audit-entry.ts';
import { listAuditEntries } from '../../control/list-audit-entries.ts';
import { formatRfc3339 } from '../../control/rfc3339.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpContext } from '../http-context.ts';
import { parseAuditFilter } from './audit-filter.ts';
import { formatAuditId } from './audit-id.ts';
import { auditPage, auditProblems, auditQuery } from './audit-schemas.ts';
import { wrapCursorPage } from './cursor-page.ts';
import { describeEnvelopeErrors } from './error-schemas.ts';
import { accountParams } from './key-schemas.ts';
import { readPageQuery } from './page-query.ts';

const common = { tags: ['Audit log'], security: [{ accountToken: [] }], querystring: auditQuery };

/**
 * Who did what, as version 1 of Cloudflare's audit log tells it: in one account for its tokens, and in all of the
 * installation, at the path where Cloudflare has what belongs to a user rather than to an account.
 */
export function registerAuditLogs(app: HttpApp, { control }: HttpContext): void {
  const answer = async (accountId: string | undefined, query: Static<typeof auditQuery>) => {
    const page = readPageQuery(query);
    const entries = await listAuditEntries(control, accountId, parseAuditFilter(query), page);
    const last = entries.length === page.perPage ? entries.at(-1) : undefined;
    return wrapCursorPage(entries.map(formatEntry), {
      perPage: page.perPage,
      after: last === undefined ? undefined : formatAuditId(last),
    });
  };

  app.get(
    '/accounts/:accountId/audit_logs',
    {
      config: { access: 'Calls Read', problems: auditProblems },
      schema: {
        ...common,
        operationId: 'listAccountAuditLogs',
        summary: 'Who did what to the keys, tokens and credentials of an account',
        description:
          'Everything that changes something is told, and nothing that only reads. The issue of a credential is not: ' +
          'there may be thousands a second, and a credential names its key and its time by itself.',
        params: accountParams,
        response: { 200: auditPage, ...describeEnvelopeErrors(400, 401, 403, 404) },
      },
    },
    ({ params, query }) => answer(params.accountId, query),
  );

  app.get(
    '/user/audit_logs',
    {
      config: { access: 'installation', problems: auditProblems },
      schema: {
        ...common,
        operationId: 'listAuditLogs',
        summary: 'Who did what in the whole installation',
        response: { 200: auditPage, ...describeEnvelopeErrors(400, 401, 403) },
      },
    },
    ({ query }) => answer(undefined, query),
  );
}

function formatEntry(entry: AuditEntry) {
  const { action, accountId, resourceId, at, details, actor } = entry;
  return {
    id: formatAuditId(entry),
    when: formatRfc3339(at),
    action: { type: action, result: true as const },
    actor: formatActor(actor),
    resource: { type: AUDIT_ACTIONS[action], id: resourceId },
    ...(accountId === undefined ? {} : { owner: { id: accountId as string } }),
    interface: actor.kind === 'system' ? ('system' as const) : ('API' as const),
    metadata: details,
  };
}

/** `admin` and `user` are Cloudflare's words; it has none for the others. */
function formatActor(actor: AuditEntry['actor']) {
  if (actor.kind === 'system') {
    return { type: 'system' as const, id: '' };
  }
  const origin = actor.address === undefined ? {} : { ip: actor.address };
  switch (actor.kind) {
    case 'installation':
      return { type: 'admin' as const, id: actor.tokenId, ...origin };
    case 'account':
      return { type: 'user' as const, id: actor.tokenId, name: actor.tokenName, ...origin };
    case 'person':
      return { type: 'person' as const, id: actor.personId, name: actor.personName, ...origin };
    case 'key':
      return { type: 'turn_key' as const, id: actor.keyUid as string, ...origin };
  }
}
