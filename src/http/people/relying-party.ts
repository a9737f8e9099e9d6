import type { FastifyRequest } from 'fastify';
import type { RelyingParty } from '../../control/people/people-ports.ts';
import { HttpProblem } from '../problem.ts';
import { isOwnOrigin } from './own-page.ts';

/**
 * Where a passkey is made or used: the host that the page was loaded from. Behind a proxy the scheme is the browser's to tell.
 * @throws {HttpProblem} `cross_site_request` when the page is another host's.
 */
export function readRelyingParty(request: FastifyRequest): RelyingParty {
  const { origin = `${request.protocol}://${request.host}` } = request.headers;
  if (!isOwnOrigin(request, origin)) {
    throw new HttpProblem('cross_site_request');
  }
  return { id: new URL(origin).hostname, origin };
}
