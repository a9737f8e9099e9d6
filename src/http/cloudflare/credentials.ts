import type { FastifyReply, FastifyRequest } from 'fastify';
import { assert } from '../../base/assert.ts';
import type { Actor } from '../../control/actor.ts';
import { authenticateKey } from '../../control/authenticate-key.ts';
import { type IssuedCredential, issueCredential } from '../../control/issue-credential.ts';
import type { TurnKey } from '../../control/ports.ts';
import { revokeCredential } from '../../control/revoke-credential.ts';
import { revokeCredentials } from '../../control/revoke-credentials.ts';
import { formatRfc3339 } from '../../control/rfc3339.ts';
import { parseBearerToken } from '../bearer-token.ts';
import { formatIceServers } from '../format-ice-servers.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpContext } from '../http-context.ts';
import { HttpProblem } from '../problem.ts';
import { readClientAddress } from '../read-client-address.ts';
import { requireIceServerUrls } from '../require-ice-server-urls.ts';
import {
  generateAnswer,
  generateBody,
  generateIceServersAnswer,
  generateProblems,
  keyParams,
  revokedAnswer,
  revokeManyBody,
  revokeManyProblems,
  usernameParams,
} from './credential-schemas.ts';
import { describeErrors } from './error-schemas.ts';
import { requireIssuedBefore } from './require-issued-before.ts';

/** Where the credential API lives; every path below it names a TURN key. */
export const CREDENTIALS_BASE = '/v1/turn/keys/:keyUid/credentials';

declare module 'fastify' {
  interface FastifyRequest {
    /** The TURN key whose token the request bears; null outside the credential API. */
    turnKey: TurnKey | null;
  }
  interface FastifyContextConfig {
    /** The route answers from memory, so that nothing watches how long it takes. */
    waitsForNothing?: boolean;
  }
}

const common = { tags: ['Credentials'], security: [{ turnKeyToken: [] }] };

/** The credential API: a back end, with its TURN key's token, makes and revokes credentials. */
export function registerCredentials(app: HttpApp, context: HttpContext): void {
  app.decorateRequest('turnKey', null);
  app.addHook('onRequest', (request) => authenticateRequest(request, context));
  registerGenerate(app, context);
  registerRevoke(app, context);
}

function registerGenerate(app: HttpApp, context: HttpContext): void {
  const { control } = context;
  const schema = { ...common, params: keyParams, body: generateBody };
  const errors = describeErrors(400, 401, 413);

  app.post(
    '/generate-ice-servers',
    {
      config: { waitsForNothing: true, problems: generateProblems },
      schema: {
        ...schema,
        operationId: 'generateIceServers',
        summary: 'Make a credential, for RTCPeerConnection as it is',
        response: { 201: generateIceServersAnswer, ...errors },
      },
    },
    (request, reply) => {
      const issued = issueCredential(control, requireKey(request), readIssueInput(request.body));
      answerCreated(reply, issued).send({ iceServers: formatIceServers(requireIceServerUrls(context), issued) });
    },
  );

  app.post(
    '/generate',
    {
      config: { waitsForNothing: true, problems: generateProblems },
      schema: {
        ...schema,
        operationId: 'generateCredential',
        summary: 'Make a credential, with one list of URLs',
        response: { 201: generateAnswer, ...errors },
      },
    },
    (request, reply) => {
      const issued = issueCredential(control, requireKey(request), readIssueInput(request.body));
      const { stun, turn } = requireIceServerUrls(context);
      const { username, credential } = issued;
      answerCreated(reply, issued).send({ iceServers: { urls: [...stun, ...turn], username, credential } });
    },
  );
}

function registerRevoke(app: HttpApp, { control }: HttpContext): void {
  const paths = [
    { path: '/:username/revoke', operationId: 'revokeCredential' },
    // The path that Cloudflare had first, and that clients still call.
    { path: '/username/:username/revoke', operationId: 'revokeCredentialByUsername' },
  ];
  for (const { path, operationId } of paths) {
    const summary = 'Revoke one credential, and end its allocations';
    const response = { 204: revokedAnswer, ...describeErrors(401, 404) };
    const schema = { ...common, operationId, summary, params: usernameParams, response };
    app.post(path, { schema }, async (request, reply) => {
      await revokeCredential(control, identifyKey(request), requireKey(request), request.params.username);
      return reply.code(204).send(null);
    });
  }

  app.post(
    '/revoke',
    {
      config: { problems: revokeManyProblems },
      schema: {
        ...common,
        operationId: 'revokeCredentials',
        summary: 'Revoke all credentials of one user, or all issued before a moment',
        params: keyParams,
        body: revokeManyBody,
        response: { 204: revokedAnswer, ...describeErrors(400, 401, 409, 413) },
      },
    },
    async (request, reply) => {
      const { customIdentifier, issuedBefore } = request.body;
      await revokeCredentials(control, identifyKey(request), requireKey(request), {
        customIdentifier,
        issuedBefore: requireIssuedBefore(issuedBefore),
      });
      return reply.code(204).send(null);
    },
  );
}

/** The answer is the same for a missing, a malformed and a wrong token, and for a key that does not exist. */
async function authenticateRequest(request: FastifyRequest, context: HttpContext): Promise<void> {
  const { keyUid } = request.params as { keyUid: string };
  const token = parseBearerToken(request.headers.authorization);
  const key = token === undefined ? undefined : await authenticateKey(context.control, keyUid, token);
  if (key === undefined) {
    await context.rateLimits.countAddress(request);
    const description = 'The TURN key or its API token is missing or wrong.';
    throw new HttpProblem('unauthorized', { description, headers: { 'www-authenticate': 'Bearer' } });
  }
  request.turnKey = key;
  await context.rateLimits.countToken(request, key.uid);
}

function requireKey({ turnKey }: FastifyRequest): TurnKey {
  assert(turnKey !== null, 'a credential route runs behind authentication');
  return turnKey;
}

/** Whom the audit log names. */
function identifyKey(request: FastifyRequest): Actor {
  return { kind: 'key', keyUid: requireKey(request).uid, address: readClientAddress(request) };
}

function readIssueInput(body: { ttl?: number; customIdentifier?: string }) {
  return { ttlSeconds: body.ttl, customIdentifier: body.customIdentifier };
}

function answerCreated<Reply extends FastifyReply>(reply: Reply, { expiresAt }: IssuedCredential): Reply {
  reply.code(201).header('credential-expires', formatRfc3339(expiresAt));
  return reply;
}
