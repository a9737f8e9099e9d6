import type { Principal } from '../../control/ports.ts';
import { formatRfc3339 } from '../../control/rfc3339.ts';
import type { HttpApp } from '../http-app.ts';
import { requirePrincipal } from './authenticate-management.ts';
import { describeEnvelope, wrapResult } from './envelope.ts';
import { describeEnvelopeErrors } from './error-schemas.ts';
import { accountParams } from './key-schemas.ts';
import { verifiedTokenItem } from './token-schemas.ts';

const schema = {
  tags: ['Tokens'],
  security: [{ accountToken: [] }],
  response: {
    200: describeEnvelope(verifiedTokenItem, 'The token is valid.'),
    ...describeEnvelopeErrors(400, 401),
  },
};

/** Tells the bearer of a token that it is good, as Cloudflare's API does, at both of its paths. */
export function registerVerifyToken(app: HttpApp): void {
  app.get(
    '/user/tokens/verify',
    {
      config: { access: 'any token' },
      schema: { ...schema, operationId: 'verifyToken', summary: 'Verify the token of this request' },
    },
    (request, reply) => {
      reply.send(formatVerified(requirePrincipal(request)));
    },
  );

  app.get(
    '/accounts/:accountId/tokens/verify',
    {
      config: { access: 'own account' },
      schema: {
        ...schema,
        params: accountParams,
        operationId: 'verifyAccountToken',
        summary: 'Verify the token of this request, for its account',
        response: { ...schema.response, ...describeEnvelopeErrors(403) },
      },
    },
    (request, reply) => {
      reply.send(formatVerified(requirePrincipal(request)));
    },
  );
}

function formatVerified(principal: Principal) {
  const expiresAt = principal.kind === 'account' ? principal.expiresAt : undefined;
  const expiry = expiresAt === undefined ? {} : { expires_on: formatRfc3339(expiresAt) };
  const result = { id: principal.tokenId, status: 'active' as const, ...expiry };
  return wrapResult(result, [{ code: 10000, message: 'This API Token is valid and active' }]);
}
