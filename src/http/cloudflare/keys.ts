import { createKey } from '../../control/create-key.ts';
import { deleteKey } from '../../control/delete-key.ts';
import { listKeys } from '../../control/list-keys.ts';
import type { TurnKey } from '../../control/ports.ts';
import { readKey } from '../../control/read-key.ts';
import { renameKey } from '../../control/rename-key.ts';
import { formatRfc3339 } from '../../control/rfc3339.ts';
import { rollKey } from '../../control/roll-key.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpContext } from '../http-context.ts';
import { describeEnvelope, describePage, wrapPage, wrapResult } from './envelope.ts';
import { describeEnvelopeErrors } from './error-schemas.ts';
import { identifyActor } from './identify-actor.ts';
import {
  accountKeyParams,
  accountParams,
  createdKeyItem,
  keyBody,
  keyItem,
  keyProblems,
  rollBody,
  rolledKeyItem,
  rollProblems,
} from './key-schemas.ts';
import { pageProblems, pageQuery, readPageQuery } from './page-query.ts';

const COLLECTION = '/accounts/:accountId/calls/turn_keys';
const ITEM = `${COLLECTION}/:keyUid`;

const reading = { access: 'Calls Read' } as const;
const writing = { access: 'Calls Write' } as const;
const common = { tags: ['TURN keys'], security: [{ accountToken: [] }] };

/** The TURN keys of an account, as Cloudflare's API has them. */
export function registerKeys(app: HttpApp, context: HttpContext): void {
  registerCollection(app, context);
  registerItem(app, context);
  registerRoll(app, context);
}

function registerCollection(app: HttpApp, { control }: HttpContext): void {
  app.get(
    COLLECTION,
    {
      config: { ...reading, problems: pageProblems },
      schema: {
        ...common,
        operationId: 'listKeys',
        summary: 'List the TURN keys of an account, newest first',
        params: accountParams,
        querystring: pageQuery,
        response: { 200: describePage(keyItem, 'One page of keys.'), ...describeEnvelopeErrors(400, 401, 403, 404) },
      },
    },
    async ({ params, query }) => {
      const request = readPageQuery(query);
      const { keys, totalCount } = await listKeys(control, params.accountId, request);
      return wrapPage(keys.map(formatKey), { ...request, totalCount });
    },
  );

  app.post(
    COLLECTION,
    {
      config: { ...writing, problems: keyProblems },
      schema: {
        ...common,
        operationId: 'createKey',
        summary: 'Make a TURN key',
        params: accountParams,
        body: keyBody,
        response: {
          201: describeEnvelope(createdKeyItem, 'The key, with its API token.'),
          ...describeEnvelopeErrors(400, 401, 403, 404, 409, 413),
        },
      },
    },
    async (request, reply) => {
      const { key, token } = await createKey(control, identifyActor(request), request.params.accountId, request.body);
      return reply.code(201).send(wrapResult({ ...formatKey(key), key: token }));
    },
  );
}

function registerItem(app: HttpApp, { control }: HttpContext): void {
  const schema = {
    ...common,
    params: accountKeyParams,
    response: { 200: describeEnvelope(keyItem, 'The key.'), ...describeEnvelopeErrors(401, 403, 404) },
  };

  app.get(
    ITEM,
    { config: reading, schema: { ...schema, operationId: 'readKey', summary: 'Read a TURN key' } },
    async ({ params }) => wrapResult(formatKey(await readKey(control, params.accountId, params.keyUid))),
  );

  app.put(
    ITEM,
    {
      config: { ...writing, problems: keyProblems },
      schema: {
        ...schema,
        operationId: 'renameKey',
        summary: 'Rename a TURN key',
        body: keyBody,
        response: { ...schema.response, ...describeEnvelopeErrors(400, 413) },
      },
    },
    async (request) => {
      const { accountId, keyUid } = request.params;
      return wrapResult(formatKey(await renameKey(control, identifyActor(request), accountId, keyUid, request.body)));
    },
  );

  app.delete(
    ITEM,
    {
      config: writing,
      schema: { ...schema, operationId: 'deleteKey', summary: 'Delete a TURN key, its credentials and allocations' },
    },
    async (request) => {
      const { accountId, keyUid } = request.params;
      return wrapResult(formatKey(await deleteKey(control, identifyActor(request), accountId, keyUid)));
    },
  );
}

function registerRoll(app: HttpApp, { control }: HttpContext): void {
  app.post(
    `${ITEM}/roll`,
    {
      config: { ...writing, problems: rollProblems },
      schema: {
        ...common,
        operationId: 'rollKey',
        summary: 'Give a TURN key a new API token; credentials that were issued stay good',
        description:
          'The token before it stays good for the overlap. At most two tokens are good at a time: rolling again ends ' +
          'the older one at once.',
        params: accountKeyParams,
        body: rollBody,
        response: {
          200: describeEnvelope(rolledKeyItem, 'The key, with its new API token.'),
          ...describeEnvelopeErrors(400, 401, 403, 404, 413),
        },
      },
    },
    async (request) => {
      const { accountId, keyUid } = request.params;
      const input = { overlapSeconds: request.body.overlap_seconds };
      const by = identifyActor(request);
      const { key, token, previousValidUntil } = await rollKey(control, by, accountId, keyUid, input);
      const expiry = { previous_key_expires_on: formatRfc3339(previousValidUntil) };
      return wrapResult({ ...formatKey(key), key: token, ...expiry });
    },
  );
}

function formatKey({ uid, name, createdAt, modifiedAt }: TurnKey) {
  return { uid: uid as string, name, created: formatRfc3339(createdAt), modified: formatRfc3339(modifiedAt) };
}
