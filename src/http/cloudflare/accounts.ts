import { createAccount } from '../../control/create-account.ts';
import { listAccounts } from '../../control/list-accounts.ts';
import type { Account } from '../../control/ports.ts';
import { readAccount } from '../../control/read-account.ts';
import { formatRfc3339 } from '../../control/rfc3339.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpContext } from '../http-context.ts';
import { accountBody, accountItem, accountProblems } from './account-schemas.ts';
import { requirePrincipal } from './authenticate-management.ts';
import { describeEnvelope, describePage, wrapPage, wrapResult } from './envelope.ts';
import { describeEnvelopeErrors } from './error-schemas.ts';
import { identifyActor } from './identify-actor.ts';
import { accountParams } from './key-schemas.ts';
import { pageProblems, pageQuery, readPageQuery } from './page-query.ts';

const common = { tags: ['Accounts'], security: [{ accountToken: [] }] };

/** Accounts, as Cloudflare's API has them. */
export function registerAccounts(app: HttpApp, { control }: HttpContext): void {
  app.get(
    '/accounts',
    {
      config: { access: 'any token', problems: pageProblems },
      schema: {
        ...common,
        operationId: 'listAccounts',
        summary: 'List the accounts that the token sees, newest first',
        querystring: pageQuery,
        response: { 200: describePage(accountItem, 'One page of accounts.'), ...describeEnvelopeErrors(400, 401) },
      },
    },
    async (request) => {
      const page = readPageQuery(request.query);
      const { accounts, totalCount } = await listAccounts(control, requirePrincipal(request), page);
      return wrapPage(accounts.map(formatAccount), { ...page, totalCount });
    },
  );

  app.post(
    '/accounts',
    {
      config: { access: 'installation', problems: accountProblems },
      schema: {
        ...common,
        operationId: 'createAccount',
        summary: 'Make an account',
        body: accountBody,
        response: {
          201: describeEnvelope(accountItem, 'The account.'),
          ...describeEnvelopeErrors(400, 401, 403, 409, 413),
        },
      },
    },
    async (request, reply) => {
      const account = await createAccount(control, identifyActor(request), request.body);
      return reply.code(201).send(wrapResult(formatAccount(account)));
    },
  );

  app.get(
    '/accounts/:accountId',
    {
      config: { access: 'own account' },
      schema: {
        ...common,
        operationId: 'readAccount',
        summary: 'Read an account',
        params: accountParams,
        response: { 200: describeEnvelope(accountItem, 'The account.'), ...describeEnvelopeErrors(400, 401, 403, 404) },
      },
    },
    async ({ params }) => wrapResult(formatAccount(await readAccount(control, params.accountId))),
  );
}

function formatAccount({ id, name, createdAt }: Account) {
  return { id: id as string, name, type: 'standard' as const, created_on: formatRfc3339(createdAt) };
}
