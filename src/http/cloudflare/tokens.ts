import type { UnixMs } from '../../base/clock.ts';
import { createAccountToken } from '../../control/create-account-token.ts';
import { deleteAccountToken } from '../../control/delete-account-token.ts';
import { listAccountTokens } from '../../control/list-account-tokens.ts';
import type { AccountToken } from '../../control/ports.ts';
import { readAccountToken } from '../../control/read-account-token.ts';
import { formatRfc3339 } from '../../control/rfc3339.ts';
import { updateAccountToken } from '../../control/update-account-token.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpContext } from '../http-context.ts';
import { describeEnvelope, describePage, wrapPage, wrapResult } from './envelope.ts';
import { describeEnvelopeErrors } from './error-schemas.ts';
import { identifyActor } from './identify-actor.ts';
import { accountParams } from './key-schemas.ts';
import { pageProblems, pageQuery, readPageQuery } from './page-query.ts';
import { describeGroup } from './permission-group.ts';
import { ACCOUNT_RESOURCE, parseTokenChanges, parseTokenInput } from './token-input.ts';
import {
  accountTokenParams,
  createdTokenItem,
  deletedTokenItem,
  tokenBody,
  tokenChanges,
  tokenItem,
  tokenProblems,
} from './token-schemas.ts';

const COLLECTION = '/accounts/:accountId/tokens';
const ITEM = `${COLLECTION}/:tokenId`;

const common = { tags: ['Tokens'], security: [{ accountToken: [] }] };
const config = { access: 'account owner' } as const;

/** The tokens of an account, as Cloudflare's API has them. */
export function registerTokens(app: HttpApp, context: HttpContext): void {
  registerCollection(app, context);
  registerItem(app, context);
}

function registerCollection(app: HttpApp, { control }: HttpContext): void {
  app.get(
    COLLECTION,
    {
      config: { ...config, problems: pageProblems },
      schema: {
        ...common,
        operationId: 'listTokens',
        summary: 'List the tokens of an account, newest first, expired ones included',
        params: accountParams,
        querystring: pageQuery,
        response: {
          200: describePage(tokenItem, 'One page of tokens.'),
          ...describeEnvelopeErrors(400, 401, 403, 404),
        },
      },
    },
    async ({ params, query }) => {
      const request = readPageQuery(query);
      const { tokens, totalCount } = await listAccountTokens(control, params.accountId, request);
      const now = control.clock.unixNow();
      const items = tokens.map((token) => formatToken(token, now));
      return wrapPage(items, { ...request, totalCount });
    },
  );

  app.post(
    COLLECTION,
    {
      config: { ...config, problems: tokenProblems },
      schema: {
        ...common,
        operationId: 'createToken',
        summary: 'Make a token for one account',
        params: accountParams,
        body: tokenBody,
        response: {
          200: describeEnvelope(createdTokenItem, 'The token, with its value.'),
          ...describeEnvelopeErrors(400, 401, 403, 404, 409, 413, 422),
        },
      },
    },
    async (request) => {
      const { accountId } = request.params;
      const input = parseTokenInput(accountId, request.body);
      const { token, value } = await createAccountToken(control, identifyActor(request), accountId, input);
      return wrapResult({ ...formatToken(token, token.createdAt), value });
    },
  );
}

function registerItem(app: HttpApp, { control }: HttpContext): void {
  const schema = { ...common, params: accountTokenParams };
  const errors = describeEnvelopeErrors(401, 403, 404);

  app.get(
    ITEM,
    {
      config,
      schema: {
        ...schema,
        operationId: 'readToken',
        summary: 'Read a token, without its value',
        response: { 200: describeEnvelope(tokenItem, 'The token.'), ...errors },
      },
    },
    async ({ params }) => {
      const token = await readAccountToken(control, params.accountId, params.tokenId);
      return wrapResult(formatToken(token, control.clock.unixNow()));
    },
  );

  app.put(
    ITEM,
    {
      config: { ...config, problems: tokenProblems },
      schema: {
        ...schema,
        operationId: 'updateToken',
        summary: 'Change the name, the permissions or the expiry of a token',
        description: 'What the body does not name stays, and so does the value of the token.',
        body: tokenChanges,
        response: {
          200: describeEnvelope(tokenItem, 'The token.'),
          ...errors,
          ...describeEnvelopeErrors(400, 413, 422),
        },
      },
    },
    async (request) => {
      const changes = parseTokenChanges(request.params.accountId, request.body);
      const token = await updateAccountToken(control, identifyActor(request), request.params, changes);
      return wrapResult(formatToken(token, control.clock.unixNow()));
    },
  );

  app.delete(
    ITEM,
    {
      config,
      schema: {
        ...schema,
        operationId: 'deleteToken',
        summary: 'Delete a token: it is refused from now on',
        response: { 200: describeEnvelope(deletedTokenItem, 'The token that was.'), ...errors },
      },
    },
    async (request) => {
      const { accountId, tokenId } = request.params;
      const { id } = await deleteAccountToken(control, identifyActor(request), accountId, tokenId);
      return wrapResult({ id });
    },
  );
}

function formatToken(token: AccountToken, now: UnixMs) {
  const { id, accountId, name, createdAt, expiresAt, lastUsedAt } = token;
  const permissions = [...token.permissions];
  const resources: Record<string, string> = { [ACCOUNT_RESOURCE + accountId]: '*' };
  const groups = permissions
    .map(describeGroup)
    .map(({ id: groupId, name: groupName }) => ({ id: groupId, name: groupName }));
  const isExpired = expiresAt !== undefined && expiresAt <= now;
  return {
    id,
    name,
    status: isExpired ? ('expired' as const) : ('active' as const),
    permissions,
    policies: [{ id, effect: 'allow' as const, permission_groups: groups, resources }],
    issued_on: formatRfc3339(createdAt),
    modified_on: formatRfc3339(createdAt),
    ...(expiresAt === undefined ? {} : { expires_on: formatRfc3339(expiresAt) }),
    ...(lastUsedAt === undefined ? {} : { last_used_on: formatRfc3339(lastUsedAt) }),
  };
}
