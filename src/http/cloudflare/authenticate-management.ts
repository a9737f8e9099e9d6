import type { FastifyRequest } from 'fastify';
import { assert } from '../../base/assert.ts';
import type { Principal } from '../../control/ports.ts';
import { parseBearerToken } from '../bearer-token.ts';
import type { HttpContext } from '../http-context.ts';
import { refuseOtherPages, requireOwnPage } from '../people/own-page.ts';
import { HttpProblem } from '../problem.ts';
import { authenticateRequest } from './authenticate-request.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls the management API; null outside it, and where it is for anyone. */
    principal: Principal | null;
  }
}

/**
 * Finds out who calls the management API, before anything else of the request is looked at.
 *
 * A malformed `Authorization` is 400 here, not 401, since that is Cloudflare's answer, which clients tell apart by its
 * code.
 * @throws {HttpProblem} `malformed_authorization`, `unauthorized`, `cross_site_request`, `too_many_requests`.
 */
export async function authenticateManagement(request: FastifyRequest, context: HttpContext): Promise<void> {
  if (request.routeOptions.config.access === 'anyone') {
    await context.rateLimits.countAddress(request);
    refuseOtherPages(request);
    return;
  }
  const principal = await authenticateRequest(context.control, request);
  if (principal === undefined) {
    await context.rateLimits.countAddress(request);
    const { authorization } = request.headers;
    throw describeRefusal(authorization !== undefined && parseBearerToken(authorization) === undefined);
  }
  if (principal.kind === 'person') {
    requireOwnPage(request, principal);
  }
  request.principal = principal;
  await context.rateLimits.countToken(request, principal.tokenId);
}

/** The caller of a route behind {@link authenticateManagement}. */
export function requirePrincipal({ principal }: FastifyRequest): Principal {
  assert(principal !== null, 'a management route runs behind authentication');
  return principal;
}

/** Notes, once it was answered, that an account's token, or a person's session, was used for a request. */
export function noteTokenUse({ principal }: FastifyRequest, { control }: HttpContext): void {
  if (principal?.kind === 'account') {
    control.tokenUses.note(principal.tokenId);
  } else if (principal?.kind === 'person') {
    control.sessionUses.note(principal.tokenId);
  }
}

function describeRefusal(isMalformed: boolean): HttpProblem {
  return isMalformed
    ? new HttpProblem('malformed_authorization')
    : new HttpProblem('unauthorized', { headers: { 'www-authenticate': 'Bearer' } });
}
