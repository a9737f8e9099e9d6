import type { FastifyRequest } from 'fastify';
import { assert } from '../../base/assert.ts';
import { authenticateAccountToken } from '../../control/authenticate-account-token.ts';
import type { Principal } from '../../control/ports.ts';
import { parseBearerToken } from '../bearer-token.ts';
import type { HttpContext } from '../http-context.ts';
import { HttpProblem } from '../problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls the management API; null outside it. */
    principal: Principal | null;
  }
}

/**
 * Finds out who calls the management API, before anything else of the request is looked at.
 *
 * A malformed `Authorization` is 400 here, not 401, since that is Cloudflare's answer, which clients tell apart by its
 * code.
 * @throws {HttpProblem} `malformed_authorization`, `unauthorized`, `too_many_requests`.
 */
export async function authenticateManagement(request: FastifyRequest, context: HttpContext): Promise<void> {
  const { authorization } = request.headers;
  const token = parseBearerToken(authorization);
  const principal = token === undefined ? undefined : await authenticateAccountToken(context.control, token);
  if (principal === undefined) {
    await context.rateLimits.countAddress(request);
    throw describeRefusal(authorization !== undefined && token === undefined);
  }
  request.principal = principal;
  await context.rateLimits.countToken(request, principal.tokenId);
}

/** The caller of a route behind {@link authenticateManagement}. */
export function requirePrincipal({ principal }: FastifyRequest): Principal {
  assert(principal !== null, 'a management route runs behind authentication');
  return principal;
}

/** Notes, once it was answered, that an account's token was used for a request. */
export function noteTokenUse({ principal }: FastifyRequest, { control }: HttpContext): void {
  if (principal?.kind === 'account') {
    control.tokenUses.note(principal.tokenId);
  }
}

function describeRefusal(isMalformed: boolean): HttpProblem {
  return isMalformed
    ? new HttpProblem('malformed_authorization')
    : new HttpProblem('unauthorized', { headers: { 'www-authenticate': 'Bearer' } });
}
