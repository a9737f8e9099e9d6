import type { FastifyRequest } from 'fastify';
import type { Actor } from '../../control/actor.ts';
import { readClientAddress } from '../read-client-address.ts';
import { requirePrincipal } from './authenticate-management.ts';

/** Whom the audit log names for what a request to the management API does. */
export function identifyActor(request: FastifyRequest): Actor {
  const principal = requirePrincipal(request);
  const address = readClientAddress(request);
  switch (principal.kind) {
    case 'installation':
      return { kind: 'installation', tokenId: principal.tokenId, address };
    case 'account':
      return { kind: 'account', tokenId: principal.tokenId, tokenName: principal.name, address };
    case 'person':
      return { kind: 'person', personId: principal.personId, personName: principal.name, address };
  }
}
