import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { CUSTOM_IDENTIFIER_BYTES_MAX } from '../base/limits.ts';
import { authenticateToken } from '../control/authenticate-token.ts';
import { issueCredential } from '../control/issue-credential.ts';
import type { TurnKey } from '../control/ports.ts';
import { formatRfc3339 } from '../control/rfc3339.ts';
import { parseBearerToken } from './bearer-token.ts';
import { describeErrors } from './cloudflare/error-schemas.ts';
import type { HttpApp } from './http-app.ts';
import type { HttpContext } from './http-context.ts';
import { HttpProblem, type MemberProblems } from './problem.ts';
import { requireIceServerUrls } from './require-ice-server-urls.ts';

const query = Type.Object({
  service: Type.Optional(Type.String({ description: 'What the credential is for: `turn`.', examples: ['turn'] })),
  username: Type.Optional(
    Type.String({
      maxLength: CUSTOM_IDENTIFIER_BYTES_MAX,
      description: `The user of the credential, at most ${CUSTOM_IDENTIFIER_BYTES_MAX} bytes of UTF-8: its custom identifier.`,
    }),
  ),
});

const problems = {
  service: 'invalid_service',
  username: 'invalid_custom_identifier',
} as const satisfies MemberProblems;

const answer = Type.Object(
  {
    username: Type.String({ description: 'The TURN username.' }),
    password: Type.String({ description: 'The TURN password.' }),
    ttl: Type.Integer({ description: 'For how many seconds both are valid.' }),
    uris: Type.Array(Type.String(), { description: 'The TURN server, in the form of RFC 7065.' }),
  },
  {
    description: 'A credential.',
    headers: { 'Credential-Expires': Type.String({ description: 'When it expires, as an RFC 3339 time.' }) },
  },
);

/**
 * The API of draft-uberti-behave-turn-rest-00 §2, for programs that know no other. What it issues is a credential like any
 * other of the key, and needs no shared secret: unlike one of the draft's own form it tells when it was issued, and so can be
 * revoked by that.
 *
 * Deviates: from §2.1, whose `key` parameter is not read. It is a secret, and URLs are written to logs on the way.
 */
export function registerTurnRest(app: HttpApp, context: HttpContext): void {
  for (const [method, operationId] of [
    ['GET', 'readTurnRestCredential'],
    ['POST', 'createTurnRestCredential'],
  ] as const) {
    app.route({
      method,
      url: '/turn',
      config: { problems },
      schema: {
        tags: ['Credentials'],
        security: [{ turnKeyToken: [] }],
        operationId,
        summary: 'Make a credential, as draft-uberti-behave-turn-rest-00 has it; the TURN key is that of the token',
        querystring: query,
        response: { 200: answer, ...describeErrors(400, 401) },
      },
      handler: async (request, reply) => {
        const key = await authenticateRequest(request, context);
        const { control } = context;
        if (request.query.service !== 'turn') {
          throw new HttpProblem('invalid_service');
        }
        const issued = issueCredential(control, key, { customIdentifier: request.query.username });
        const { turn } = requireIceServerUrls(context);
        const { username, credential, expiresAt } = issued;
        const ttl = Math.floor((expiresAt - control.clock.unixNow()) / 1000);
        reply.header('credential-expires', formatRfc3339(expiresAt));
        return { username, password: credential, ttl, uris: [...turn] };
      },
    });
  }
}

/** The answer is the same for a missing, a malformed and a wrong token. */
async function authenticateRequest(request: FastifyRequest, { control, rateLimits }: HttpContext): Promise<TurnKey> {
  const token = parseBearerToken(request.headers.authorization);
  const key = token === undefined ? undefined : await authenticateToken(control, token);
  if (key === undefined) {
    await rateLimits.countAddress(request);
    const description =
      'The API token of a TURN key is missing or wrong. It goes into the header: Authorization: Bearer.';
    throw new HttpProblem('unauthorized', { description, headers: { 'www-authenticate': 'Bearer' } });
  }
  await rateLimits.countToken(request, key.uid);
  return key;
}
