import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCOUNT, OTHER_ACCOUNT } from './control.test-support.ts';
import type { PersonRole } from './people/role.ts';
import { PERMISSIONS, type Permission } from './permission.ts';
import type { Principal } from './ports.ts';
import { requireInstallation } from './require-installation.ts';
import { requireOwnAccount } from './require-own-account.ts';
import { requireOwner } from './require-owner.ts';
import { requirePermission } from './require-permission.ts';

const installation: Principal = { kind: 'installation', tokenId: '0' };

function bearer(...permissions: Permission[]): Principal {
  return { kind: 'account', tokenId: '1', accountId: ACCOUNT, name: '', permissions, expiresAt: undefined };
}

function refusalOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    assert.equal((error as { code: string }).code, 'permission-denied');
    return (error as Error).message;
  }
}

test('a person’s role is its permissions in its account, or in all', () => {
  const person = (...roles: PersonRole[]): Principal => {
    return { kind: 'person', personId: '2', name: '', roles, tokenId: '3', csrf: '' };
  };
  const mayWrite = (principal: Principal, account: string) =>
    refusalOf(() => requirePermission(principal, account, 'Calls Write')) === undefined;
  const viewer: PersonRole = { accountId: '*', role: 'viewer' };
  const operator: PersonRole = { accountId: ACCOUNT, role: 'operator' };
  assert.deepEqual(
    [person(viewer), person(operator), person(viewer, operator)].map((who) => [
      mayWrite(who, ACCOUNT),
      mayWrite(who, OTHER_ACCOUNT),
    ]),
    [
      [false, false],
      [true, false],
      [true, false],
    ],
  );
  assert.notEqual(
    refusalOf(() => requireOwnAccount(person(operator), OTHER_ACCOUNT)),
    undefined,
  );
  for (const [role, isOwner, ownsAll] of [
    [operator, false, false],
    [{ accountId: ACCOUNT, role: 'owner' }, true, false],
    [{ accountId: '*', role: 'owner' }, true, true],
  ] as const) {
    assert.equal(refusalOf(() => requireOwner(person(role), ACCOUNT)) === undefined, isOwner);
    assert.equal(refusalOf(() => requireInstallation(person(role))) === undefined, ownsAll);
  }
});

test('a permission is itself, and who may write may read', () => {
  const allowed = PERMISSIONS.map((held) =>
    PERMISSIONS.filter((needed) => refusalOf(() => requirePermission(bearer(held), ACCOUNT, needed)) === undefined),
  );
  assert.deepEqual(allowed, [['Calls Read'], ['Calls Read', 'Calls Write'], ['Account Analytics Read']]);
});

test('an account token is refused in every other account alike, whether that exists or not', () => {
  const all = bearer(...PERMISSIONS);
  const refusals = [OTHER_ACCOUNT, 'nobody', ''].map((id) => refusalOf(() => requirePermission(all, id, 'Calls Read')));
  assert.equal(new Set(refusals).size, 1);
  assert.notEqual(refusals[0], undefined);
  assert.equal(
    refusals[0],
    refusalOf(() => requireOwnAccount(all, OTHER_ACCOUNT)),
  );
});

test('the installation may do everything, and an account token nothing that is the installation’s', () => {
  requirePermission(installation, OTHER_ACCOUNT, 'Calls Write');
  requireOwnAccount(installation, OTHER_ACCOUNT);
  requireInstallation(installation);
  assert.notEqual(
    refusalOf(() => requireInstallation(bearer(...PERMISSIONS))),
    undefined,
  );
});
