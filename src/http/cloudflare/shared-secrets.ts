import { createSharedSecret } from '../../control/create-shared-secret.ts';
import { deleteSharedSecret } from '../../control/delete-shared-secret.ts';
import { listSharedSecrets } from '../../control/list-shared-secrets.ts';
import type { SharedSecret } from '../../control/ports.ts';
import { formatRfc3339 } from '../../control/rfc3339.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpContext } from '../http-context.ts';
import { describeEnvelope, wrapResult } from './envelope.ts';
import { describeEnvelopeErrors } from './error-schemas.ts';
import { identifyActor } from './identify-actor.ts';
import { accountKeyParams } from './key-schemas.ts';
import {
  createdSharedSecretItem,
  sharedSecretBody,
  sharedSecretItem,
  sharedSecretList,
  sharedSecretParams,
  sharedSecretProblems,
} from './shared-secret-schemas.ts';

const COLLECTION = '/accounts/:accountId/calls/turn_keys/:keyUid/shared_secrets';

const common = { tags: ['TURN keys'], security: [{ accountToken: [] }] };

/** What a TURN key shares with programs that make their own credentials; Cloudflare's API has none of it. */
export function registerSharedSecrets(app: HttpApp, context: HttpContext): void {
  registerCollection(app, context);
  registerItem(app, context);
}

function registerCollection(app: HttpApp, { control }: HttpContext): void {
  app.get(
    COLLECTION,
    {
      config: { access: 'Calls Read' },
      schema: {
        ...common,
        operationId: 'listSharedSecrets',
        summary: 'List the shared secrets of a TURN key, newest first, without what is secret of them',
        params: accountKeyParams,
        response: { 200: describeEnvelope(sharedSecretList, 'All of them.'), ...describeEnvelopeErrors(401, 403, 404) },
      },
    },
    async ({ params }) => {
      const secrets = await listSharedSecrets(control, params.accountId, params.keyUid);
      return wrapResult(secrets.map(formatSecret));
    },
  );

  app.post(
    COLLECTION,
    {
      config: { access: 'Calls Write', problems: sharedSecretProblems },
      schema: {
        ...common,
        operationId: 'createSharedSecret',
        summary: 'Share a secret with a program that makes its own credentials',
        params: accountKeyParams,
        body: sharedSecretBody,
        response: {
          201: describeEnvelope(createdSharedSecretItem, 'The shared secret.'),
          ...describeEnvelopeErrors(400, 401, 403, 404, 409, 413),
        },
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      const { secret, value } = await createSharedSecret(
        control,
        identifyActor(request),
        params.accountId,
        params.keyUid,
        body,
      );
      return reply.code(201).send(wrapResult({ ...formatSecret(secret), secret: value }));
    },
  );
}

function registerItem(app: HttpApp, { control }: HttpContext): void {
  app.delete(
    `${COLLECTION}/:secretId`,
    {
      config: { access: 'Calls Write' },
      schema: {
        ...common,
        operationId: 'deleteSharedSecret',
        summary: 'Delete a shared secret, the credentials that were made with it, and their allocations',
        params: sharedSecretParams,
        response: {
          200: describeEnvelope(sharedSecretItem, 'The shared secret that was.'),
          ...describeEnvelopeErrors(401, 403, 404),
        },
      },
    },
    async (request) => {
      const { accountId, keyUid, secretId } = request.params;
      return wrapResult(
        formatSecret(await deleteSharedSecret(control, identifyActor(request), accountId, keyUid, secretId)),
      );
    },
  );
}

function formatSecret({ id, name, createdAt }: SharedSecret) {
  return { id: id as string, name, created: formatRfc3339(createdAt) };
}
