import type { FastifyRequest } from 'fastify';
import { authenticateAccountToken } from '../../control/authenticate-account-token.ts';
import { authenticateSession } from '../../control/people/authenticate-session.ts';
import type { ControlPorts, Principal } from '../../control/ports.ts';
import { parseBearerToken } from '../bearer-token.ts';
import { readSessionCookie } from '../people/session-cookie.ts';

/**
 * Who makes a request to the management API: the bearer of its token, or, only when it has no `Authorization`, the person of
 * its cookie. Undefined for nobody.
 */
export async function authenticateRequest(
  control: ControlPorts,
  request: Pick<FastifyRequest, 'headers' | 'protocol'>,
): Promise<Principal | undefined> {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const token = parseBearerToken(authorization);
    return token === undefined ? undefined : authenticateAccountToken(control, token);
  }
  const cookie = readSessionCookie(request);
  return cookie === undefined ? undefined : authenticateSession(control, cookie);
}
