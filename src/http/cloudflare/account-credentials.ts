import { type DecodedCredential, decodeCredential } from '../../control/decode-credential.ts';
import { issueAuditedCredential } from '../../control/issue-audited-credential.ts';
import { readKey } from '../../control/read-key.ts';
import { revokeCredential } from '../../control/revoke-credential.ts';
import { revokeCredentials } from '../../control/revoke-credentials.ts';
import { formatRfc3339 } from '../../control/rfc3339.ts';
import { formatIceServers } from '../format-ice-servers.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpContext } from '../http-context.ts';
import { HttpProblem } from '../problem.ts';
import { requireIceServerUrls } from '../require-ice-server-urls.ts';
import {
  createdCredential,
  decodeBody,
  decodedCredential,
  generateBody,
  generateProblems,
  revokeBody,
  revokedAnswer,
  revokeManyProblems,
} from './credential-schemas.ts';
import { describeEnvelope, describeMissing, wrapResult } from './envelope.ts';
import { describeEnvelopeErrors } from './error-schemas.ts';
import { identifyActor } from './identify-actor.ts';
import { accountKeyParams, accountParams } from './key-schemas.ts';
import { requireIssuedBefore } from './require-issued-before.ts';

const OF_KEY = '/accounts/:accountId/calls/turn_keys/:keyUid/credentials';

const common = { tags: ['Credentials'], security: [{ accountToken: [] }] };

/** What the credential API does, for whoever has an account's token and no key's own; Cloudflare's API has none of it. */
export function registerAccountCredentials(app: HttpApp, context: HttpContext): void {
  registerCreate(app, context);
  registerRevoke(app, context);
  registerDecode(app, context);
}

function registerCreate(app: HttpApp, context: HttpContext): void {
  app.post(
    OF_KEY,
    {
      config: { access: 'Calls Write', problems: generateProblems },
      schema: {
        ...common,
        operationId: 'createAccountCredential',
        summary: "Make a credential of a TURN key, with an account's token",
        description:
          'For people. Back ends have the token of their TURN key, and make any number of credentials with it.',
        params: accountKeyParams,
        body: generateBody,
        response: {
          201: describeEnvelope(createdCredential, 'The credential.'),
          ...describeEnvelopeErrors(400, 401, 403, 404, 413),
        },
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      const urls = requireIceServerUrls(context);
      const input = { ttlSeconds: body.ttl, customIdentifier: body.customIdentifier };
      const by = identifyActor(request);
      const issued = await issueAuditedCredential(context.control, by, params.accountId, params.keyUid, input);
      const result = {
        iceServers: formatIceServers(urls, issued),
        username: issued.username as string,
        expires_on: formatRfc3339(issued.expiresAt),
      };
      return reply.code(201).send(wrapResult(result));
    },
  );
}

function registerRevoke(app: HttpApp, { control }: HttpContext): void {
  app.post(
    `${OF_KEY}/revoke`,
    {
      config: { access: 'Calls Write', problems: revokeManyProblems },
      schema: {
        ...common,
        operationId: 'revokeAccountCredentials',
        summary: "Revoke one credential of a TURN key, or many, with an account's token",
        description:
          'By `username` it is one; by `customIdentifier`, `issuedBefore` or both, many. Their allocations end.',
        params: accountKeyParams,
        body: revokeBody,
        response: {
          200: describeEnvelope(revokedAnswer, 'Revoked, now or before.'),
          ...describeEnvelopeErrors(400, 401, 403, 404, 409, 413),
        },
      },
    },
    async (request) => {
      const { params, body } = request;
      const by = identifyActor(request);
      const key = await readKey(control, params.accountId, params.keyUid);
      const { username, customIdentifier, issuedBefore } = body;
      if (username === undefined) {
        const input = { customIdentifier, issuedBefore: requireIssuedBefore(issuedBefore) };
        await revokeCredentials(control, by, key, input);
      } else {
        refuseOthers(body);
        await revokeCredential(control, by, key, username);
      }
      return wrapResult(null);
    },
  );
}

function registerDecode(app: HttpApp, { control }: HttpContext): void {
  app.post(
    '/accounts/:accountId/calls/turn_credentials/decode',
    {
      config: { access: 'Calls Read' },
      schema: {
        ...common,
        operationId: 'decodeCredential',
        summary: 'Read what a username says: which key it is of, whose it is, and how long it is good',
        description:
          'Of usernames that the service issued. One that a program made itself with a shared secret says when it expires and ' +
          'whose it is in plain text, and not which key it is of. `messages` names workers that did not answer, whose ' +
          'allocations are then not counted.',
        params: accountParams,
        body: decodeBody,
        response: {
          200: describeEnvelope(decodedCredential, 'The credential.'),
          ...describeEnvelopeErrors(400, 401, 403, 404, 413),
        },
      },
    },
    async ({ params, body }) => {
      const decoded = await decodeCredential(control, params.accountId, body.username);
      return wrapResult(formatDecoded(decoded), describeMissing(decoded.missing));
    },
  );
}

function refuseOthers(others: { customIdentifier?: string; issuedBefore?: string }): void {
  if (others.customIdentifier !== undefined || others.issuedBefore !== undefined) {
    const description = 'A username is revoked alone. Leave out customIdentifier and issuedBefore, or the username.';
    throw new HttpProblem('nothing_to_revoke', { description, pointer: '/username' });
  }
}

function formatDecoded(decoded: DecodedCredential) {
  return {
    key_uid: decoded.keyUid as string,
    custom_identifier: decoded.customIdentifier,
    issued_on: formatRfc3339(decoded.issuedAt),
    expires_on: formatRfc3339(decoded.expiresAt),
    revoked: decoded.isRevoked,
    live_allocations: decoded.liveAllocations,
  };
}
