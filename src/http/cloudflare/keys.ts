import { KEYS_PER_PAGE_MAX } from '../../base/limits.ts';
import { createKey } from '../../control/create-key.ts';
import { deleteKey } from '../../control/delete-key.ts';
import { listKeys } from '../../control/list-keys.ts';
import type { TurnKey } from '../../control/ports.ts';
import { readKey } from '../../control/read-key.ts';
import { renameKey } from '../../control/rename-key.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpContext } from '../http-context.ts';
import { formatRfc3339 } from '../rfc3339.ts';
import { describeEnvelope, describePage, wrapPage, wrapResult } from './envelope.ts';
import { describeEnvelopeErrors } from './error-schemas.ts';
import { accountKeyParams, accountParams, createdKeyItem, keyBody, keyItem, pageQuery } from './key-schemas.ts';

const COLLECTION = '/accounts/:accountId/calls/turn_keys';
const ITEM = `${COLLECTION}/:keyUid`;

const common = { tags: ['TURN keys'], security: [{ accountToken: [] }] };

/** The TURN keys of an account, as Cloudflare's API has them. */
export function registerKeys(app: HttpApp, context: HttpContext): void {
  registerCollection(app, context);
  registerItem(app, context);
}

function registerCollection(app: HttpApp, { control }: HttpContext): void {
  app.get(
    COLLECTION,
    {
      schema: {
        ...common,
        operationId: 'listKeys',
        summary: 'List the TURN keys of an account, newest first',
        params: accountParams,
        querystring: pageQuery,
        response: { 200: describePage(keyItem, 'One page of keys.'), ...describeEnvelopeErrors(400, 401, 404) },
      },
    },
    async (request) => {
      const { page = 1, per_page: perPage = KEYS_PER_PAGE_MAX } = request.query;
      const { keys, totalCount } = await listKeys(control, request.params.accountId, { page, perPage });
      return wrapPage(keys.map(formatKey), { page, perPage, totalCount });
    },
  );

  app.post(
    COLLECTION,
    {
      schema: {
        ...common,
        operationId: 'createKey',
        summary: 'Make a TURN key',
        params: accountParams,
        body: keyBody,
        response: {
          201: describeEnvelope(createdKeyItem, 'The key, with its API token.'),
          ...describeEnvelopeErrors(400, 401, 404, 413),
        },
      },
    },
    async (request, reply) => {
      const { key, token } = await createKey(control, request.params.accountId, request.body);
      return reply.code(201).send(wrapResult({ ...formatKey(key), key: token }));
    },
  );
}

function registerItem(app: HttpApp, { control }: HttpContext): void {
  const schema = {
    ...common,
    params: accountKeyParams,
    response: { 200: describeEnvelope(keyItem, 'The key.'), ...describeEnvelopeErrors(401, 404) },
  };

  app.get(ITEM, { schema: { ...schema, operationId: 'readKey', summary: 'Read a TURN key' } }, async ({ params }) =>
    wrapResult(formatKey(await readKey(control, params.accountId, params.keyUid))),
  );

  app.put(
    ITEM,
    {
      schema: {
        ...schema,
        operationId: 'renameKey',
        summary: 'Rename a TURN key',
        body: keyBody,
        response: { ...schema.response, ...describeEnvelopeErrors(400, 413) },
      },
    },
    async ({ params, body }) => wrapResult(formatKey(await renameKey(control, params.accountId, params.keyUid, body))),
  );

  app.delete(
    ITEM,
    { schema: { ...schema, operationId: 'deleteKey', summary: 'Delete a TURN key, its credentials and allocations' } },
    async ({ params }) => wrapResult(formatKey(await deleteKey(control, params.accountId, params.keyUid))),
  );
}

function formatKey({ uid, name, createdAt, modifiedAt }: TurnKey) {
  return { uid: uid as string, name, created: formatRfc3339(createdAt), modified: formatRfc3339(modifiedAt) };
}
