import type { RouteOptions } from 'fastify';
import { assert, unreachable } from '../../base/assert.ts';
import { requireSignedIn } from '../../control/people/require-signed-in.ts';
import type { Permission } from '../../control/permission.ts';
import type { Principal } from '../../control/ports.ts';
import { requireInstallation } from '../../control/require-installation.ts';
import { requireOwnAccount } from '../../control/require-own-account.ts';
import { requireOwner } from '../../control/require-owner.ts';
import { requirePermission } from '../../control/require-permission.ts';
import type { HttpApp } from '../http-app.ts';
import { requirePrincipal } from './authenticate-management.ts';

/**
 * What a route asks of its caller: a permission in the account of its path, any right there, or to own it; to own the whole
 * installation; any token or session; to be a person who is signed in; or nothing.
 */
export type Access = Permission | 'own account' | 'account owner' | 'installation' | 'any token' | 'person' | 'anyone';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every route of the management API has it. */
    access?: Access;
  }
}

/**
 * Refuses who may not call a route, before its body is read. A route that does not say whom it is for is a bug, and
 * ends the start.
 */
export function authorizeManagement(app: HttpApp): void {
  app.addHook('onRoute', ({ url, config }: RouteOptions) => {
    assert(config?.access !== undefined, `the management route ${url} says whom it is for`);
  });
  app.addHook('onRequest', async (request) => {
    const { access } = request.routeOptions.config;
    const { accountId = '' } = request.params as { accountId?: string };
    assert(access !== undefined, 'every management route says whom it is for');
    if (access !== 'anyone') {
      requireAccess(requirePrincipal(request), accountId, access);
    }
  });
}

function requireAccess(principal: Principal, accountId: string, access: Exclude<Access, 'anyone'>): void {
  switch (access) {
    case 'any token':
      return;
    case 'installation':
      requireInstallation(principal);
      return;
    case 'account owner':
      requireOwner(principal, accountId);
      return;
    case 'person':
      requireSignedIn(principal);
      return;
    case 'own account':
      requireOwnAccount(principal, accountId);
      return;
    case 'Calls Read':
    case 'Calls Write':
    case 'Account Analytics Read':
      requirePermission(principal, accountId, access);
      return;
    default:
      unreachable(access);
  }
}
