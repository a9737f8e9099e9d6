import type { FastifyReply, FastifyRequest } from 'fastify';
import { assert } from '../../base/assert.ts';
import { listOwnAccounts } from '../../control/people/list-own-accounts.ts';
import type { SignedIn, SignInOrigin } from '../../control/people/open-session.ts';
import type { PersonPrincipal } from '../../control/people/person-principal.ts';
import { requireAnyPerson } from '../../control/people/require-any-person.ts';
import type { ControlPorts } from '../../control/ports.ts';
import { requirePrincipal } from '../cloudflare/authenticate-management.ts';
import { readClientAddress } from '../read-client-address.ts';
import { formatPerson } from './format-person.ts';
import { readSessionCookie, setSessionCookie } from './session-cookie.ts';

/** The person who calls a route that is for people alone. */
export function requirePersonPrincipal(request: FastifyRequest): PersonPrincipal {
  const principal = requirePrincipal(request);
  assert(principal.kind === 'person', 'the route is for people who are signed in');
  return principal;
}

/** Where a request to sign in comes from. */
export function readSignInOrigin(request: FastifyRequest): SignInOrigin {
  const { 'user-agent': userAgent } = request.headers;
  return { address: readClientAddress(request), userAgent, formerToken: readSessionCookie(request) };
}

/** Gives the browser its cookie, and tells who has signed in. */
export async function answerSignedIn(
  control: ControlPorts,
  request: FastifyRequest,
  reply: FastifyReply,
  { principal, token }: SignedIn,
) {
  setSessionCookie(reply, request, token);
  return describeSignedIn(control, principal);
}

/** Who is signed in, where they may do what, and how their pages prove that they are ours. */
export async function describeSignedIn(control: ControlPorts, { personId, roles, csrf }: PersonPrincipal) {
  const accounts = await listOwnAccounts(control, roles);
  return {
    person: formatPerson(await requireAnyPerson(control.store, personId)),
    accounts: accounts.map(({ account: { id, name }, role }) => ({ id: id as string, name, role })),
    csrf,
  };
}
