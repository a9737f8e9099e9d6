import type { FastifyRequest } from 'fastify';
import { sameTokenHash } from '../../control/api-token.ts';
import type { PersonPrincipal } from '../../control/people/person-principal.ts';
import { HttpProblem } from '../problem.ts';

type Request = Pick<FastifyRequest, 'headers' | 'host' | 'method'>;

/** Methods that change nothing. */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses a request with a session's cookie that another site may have made: where the browser says so, and, if it changes
 * something, unless it brings the session's token for this purpose, which no other site can read.
 * @throws {HttpProblem} `cross_site_request`.
 */
export function requireOwnPage(request: Request, { csrf }: PersonPrincipal): void {
  if (SAFE_METHODS.has(request.method)) {
    return;
  }
  const { origin, 'sec-fetch-site': site, 'x-csrf-token': token } = request.headers;
  const isFromHere = site === undefined ? origin !== undefined && isOwnOrigin(request, origin) : site === 'same-origin';
  if (!isFromHere || typeof token !== 'string' || !sameTokenHash(token, csrf)) {
    throw new HttpProblem('cross_site_request');
  }
}

/**
 * Refuses to sign somebody in from another site's page, which would make them somebody else without their noticing. Programs
 * say neither where they are, and sign in as they like.
 * @throws {HttpProblem} `cross_site_request`.
 */
export function refuseOtherPages(request: Request): void {
  const { origin, 'sec-fetch-site': site } = request.headers;
  const isElsewhere =
    site === undefined ? origin !== undefined && !isOwnOrigin(request, origin) : site !== 'same-origin';
  if (!SAFE_METHODS.has(request.method) && isElsewhere) {
    throw new HttpProblem('cross_site_request');
  }
}

/** Whether an `Origin` is that of the host that the request was sent to. */
export function isOwnOrigin({ host }: Pick<Request, 'host'>, origin: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
