import type { HttpApp } from '../http-app.ts';
import { requirePrincipal } from './authenticate-management.ts';
import { describeEnvelope, wrapResult } from './envelope.ts';
import { describeEnvelopeErrors } from './error-schemas.ts';
import { verifiedTokenItem } from './key-schemas.ts';

/** Tells the bearer of a token that it is good, as Cloudflare's API does. */
export function registerVerifyToken(app: HttpApp): void {
  app.get(
    '/user/tokens/verify',
    {
      schema: {
        tags: ['Tokens'],
        security: [{ accountToken: [] }],
        operationId: 'verifyToken',
        summary: 'Verify the token of this request',
        response: {
          200: describeEnvelope(verifiedTokenItem, 'The token is valid.'),
          ...describeEnvelopeErrors(400, 401),
        },
      },
    },
    (request, reply) => {
      const result = { id: requirePrincipal(request).tokenId, status: 'active' } as const;
      reply.send(wrapResult(result, [{ code: 10000, message: 'This API Token is valid and active' }]));
    },
  );
}
