import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  INVITATION_AGE_MS_MAX,
  SESSION_AGE_MS_MAX,
  SESSION_IDLE_MS_MAX,
  SESSIONS_PER_PERSON_MAX,
  SETUP_LINK_AGE_MS_MAX,
  SIGN_IN_WINDOW_MS,
  SIGN_INS_PER_ADDRESS_MAX,
  SIGN_INS_PER_EMAIL_MAX,
} from '../../base/limits.ts';
import { ACCOUNT, BY, OTHER_ACCOUNT, openTestControl } from '../control.test-support.ts';
import type { ControlPorts } from '../ports.ts';
import { acceptInvitation } from './accept-invitation.ts';
import { authenticateSession } from './authenticate-session.ts';
import { changePassword } from './change-password.ts';
import { completeSetup } from './complete-setup.ts';
import { createSetupToken } from './create-setup-token.ts';
import { deletePerson } from './delete-person.ts';
import { invitePerson } from './invite-person.ts';
import { prunePeople } from './prune-people.ts';
import { signIn } from './sign-in.ts';
import { updatePerson } from './update-person.ts';

const PASSWORD = 'a few words together';
const OTHER_PASSWORD = 'some other few words';
const ORIGIN = { address: '192.0.2.1', userAgent: 'a browser' };
const ADA = { name: 'Ada', email: 'Ada@Example.com', password: PASSWORD };
const OWNER = [{ account_id: '*', role: 'owner' }];

/** Passwords that cost nothing: their hash is tested where it is made. */
const plainPasswords: ControlPorts['passwords'] = {
  hash: async (password) => `plain ${password}`,
  verify: async (password, hash) => hash === `plain ${password}`,
};

async function openWithOwner() {
  const control = await openTestControl();
  const ports: ControlPorts = { ...control.ports, passwords: plainPasswords };
  const token = (await createSetupToken(ports, BY)) as string;
  const owner = await completeSetup(ports, { ...ADA, token }, ORIGIN);
  return { ...control, ports, owner, setupToken: token };
}

async function listAudited({ store }: ControlPorts): Promise<readonly string[]> {
  const entries = await store.audit.list({ direction: 'asc', offset: 0, limit: 100 });
  return entries.map(({ action, actor }) => (actor.kind === 'person' ? `${action} by ${actor.personName}` : action));
}

test('the first person comes by the latest link, once, and owns everything', async () => {
  const { ports: all, close } = await openTestControl();
  const ports = { ...all, passwords: plainPasswords };
  const replaced = (await createSetupToken(ports, BY)) as string;
  const token = (await createSetupToken(ports, BY)) as string;
  const refused = (input: object, code: string) =>
    assert.rejects(completeSetup(ports, { ...ADA, token, ...input }, ORIGIN), { code });
  await refused({ token: replaced }, 'link-not-valid');
  await refused({ email: 'ada' }, 'invalid-email');
  await refused({ name: ' ' }, 'invalid-name');
  await refused({ password: 'short' }, 'invalid-password');
  const both = [completeSetup(ports, { ...ADA, token }, ORIGIN), completeSetup(ports, { ...ADA, token }, ORIGIN)];
  const outcomes = await Promise.allSettled(both);
  assert.deepEqual(outcomes.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
  await refused({}, 'setup-not-needed');
  assert.equal(await createSetupToken(ports, BY), undefined);
  const [found] = await ports.store.people.list(0, 9);
  assert.partialDeepStrictEqual(found?.person, {
    name: 'Ada',
    email: 'ada@example.com',
    roles: [{ accountId: '*', role: 'owner' }],
  });
  assert.deepEqual(await listAudited(ports), ['person_create by Ada', 'session_create by Ada']);
  await close();
});

test('the link of a set-up is good for a day, and an invitation alone is nobody', async () => {
  const { ports: all, clock, close } = await openTestControl();
  const ports = { ...all, passwords: plainPasswords };
  const late = (await createSetupToken(ports, BY)) as string;
  clock.advance(SETUP_LINK_AGE_MS_MAX);
  await assert.rejects(completeSetup(ports, { ...ADA, token: late }, ORIGIN), { code: 'link-not-valid' });
  await invitePerson(ports, BY, { name: 'Bob', email: 'bob@example.com', roles: OWNER });
  const token = (await createSetupToken(ports, BY)) as string;
  const taken = { ...ADA, email: 'bob@example.com', token };
  await assert.rejects(completeSetup(ports, taken, ORIGIN), { code: 'email-in-use' });
  await completeSetup(ports, { ...ADA, token }, ORIGIN);
  assert.equal(await createSetupToken(ports, BY), undefined);
  await close();
});

test('of two who change one password at once the second fails, and so does who was signed out meanwhile', async () => {
  const { ports, owner, close } = await openWithOwner();
  const thief = await signIn(ports, ADA, { ...ORIGIN, address: '198.51.100.1' });
  const change = (who: typeof owner, password: string) =>
    changePassword(ports, BY, who.principal, { current: PASSWORD, new: password }).then(
      () => 'changed',
      ({ code }: Error & { code: string }) => code,
    );
  const outcomes = await Promise.all([change(owner, OTHER_PASSWORD), change(thief, 'what a thief would choose')]);
  assert.deepEqual(outcomes.toSorted(), ['changed', 'wrong-password']);
  await close();
});

test('changing a password is counted by person, right ones too, and strangers are in nobody’s way', async () => {
  const { ports, owner, close } = await openWithOwner();
  for (let i = 0; i < SIGN_INS_PER_EMAIL_MAX; i += 1) {
    const address = `198.51.100.${i}`;
    const input = { email: 'ada@example.com', password: 'wrong' };
    await assert.rejects(signIn(ports, input, { address, userAgent: undefined }), { code: 'sign-in-failed' });
  }
  const change = (input: { current: string; new: string }) => changePassword(ports, BY, owner.principal, input);
  for (let i = 1; i < SIGN_INS_PER_EMAIL_MAX; i += 1) {
    await assert.rejects(change({ current: PASSWORD, new: 'short' }), { code: 'invalid-password' });
  }
  await change({ current: PASSWORD, new: OTHER_PASSWORD });
  await assert.rejects(change({ current: OTHER_PASSWORD, new: PASSWORD }), { code: 'too-many-sign-ins' });
  await close();
});

test('who has not accepted an invitation keeps the email that it was made for', async () => {
  const { ports, owner, close } = await openWithOwner();
  const { invited } = await invitePerson(ports, BY, { name: 'Bob', email: 'bob@example.com', roles: OWNER });
  const update = (id: string) => updatePerson(ports, BY, id, { email: 'robert@example.com' });
  await assert.rejects(update(invited.person.id), { code: 'invalid-email', message: /Delete them/ });
  assert.equal((await update(owner.principal.personId)).person.email, 'robert@example.com');
  await close();
});

test('a session ends when it is idle, and when it is old', async () => {
  const { ports, clock, owner, close } = await openWithOwner();
  const isSignedIn = async () => (await authenticateSession(ports, owner.token)) !== undefined;
  assert.deepEqual(await authenticateSession(ports, owner.token), owner.principal);
  assert.equal(await authenticateSession(ports, owner.token.toUpperCase()), undefined);
  clock.advance(SESSION_IDLE_MS_MAX - 1);
  assert.ok(await isSignedIn());
  clock.advance(1);
  assert.equal(await isSignedIn(), false);
  for (let age = SESSION_IDLE_MS_MAX; age < SESSION_AGE_MS_MAX; age += SESSION_IDLE_MS_MAX / 2) {
    await ports.store.personSessions.noteUse(owner.principal.tokenId, clock.unixNow());
    assert.ok(await isSignedIn());
    clock.advance(SESSION_IDLE_MS_MAX / 2);
  }
  await ports.store.personSessions.noteUse(owner.principal.tokenId, clock.unixNow());
  assert.equal(await isSignedIn(), false);
  clock.advance(1);
  assert.equal(await prunePeople(ports.store, clock.unixNow()), 1);
  await close();
});

test('each sign-in has a cookie of its own, and ends the session that the browser had', async () => {
  const { ports, owner, close } = await openWithOwner();
  const again = await signIn(ports, ADA, { ...ORIGIN, formerToken: owner.token });
  assert.notEqual(again.token, owner.token);
  assert.notEqual(again.principal.csrf, owner.principal.csrf);
  assert.equal(await authenticateSession(ports, owner.token), undefined);
  for (let i = 0; i < SESSIONS_PER_PERSON_MAX; i += 1) {
    await signIn(ports, ADA, { ...ORIGIN, address: `192.0.2.${i}` });
  }
  assert.equal((await ports.store.personSessions.list(owner.principal.personId)).length, SESSIONS_PER_PERSON_MAX);
  const latest = await signIn(ports, ADA, { ...ORIGIN, address: '192.0.2.200' });
  assert.ok(await authenticateSession(ports, latest.token), 'the newest is never the one that gives way');
  await close();
});

test('what fails fails alike, and is counted by email and by network', async () => {
  const { ports, clock, close } = await openWithOwner();
  const attempt = (email: string, password: string, address: string) =>
    signIn(ports, { email, password }, { address, userAgent: undefined }).catch(
      ({ code, message }: Error & { code: string }) => `${code}: ${message}`,
    );
  const { invited } = await invitePerson(ports, BY, { name: 'Bob', email: 'bob@example.com', roles: OWNER });
  const wrong = await attempt('ada@example.com', 'wrong', '192.0.2.2');
  assert.match(String(wrong), /^sign-in-failed: /);
  assert.equal(await attempt('nobody@example.com', PASSWORD, '192.0.2.2'), wrong);
  assert.equal(await attempt(invited.person.email, PASSWORD, '192.0.2.2'), wrong);
  assert.equal(await attempt('no address', PASSWORD, '192.0.2.2'), wrong);
  for (let i = 1; i < SIGN_INS_PER_EMAIL_MAX; i += 1) {
    assert.equal(await attempt('ada@example.com', 'wrong', `198.51.100.${i}`), wrong);
  }
  await assert.rejects(signIn(ports, ADA, ORIGIN), { code: 'too-many-sign-ins', retryAfterSeconds: 900 });
  clock.advance(SIGN_IN_WINDOW_MS);
  await signIn(ports, ADA, ORIGIN);
  for (let i = 0; i < SIGN_INS_PER_ADDRESS_MAX; i += 1) {
    assert.equal(await attempt(`person-${i}@example.com`, 'wrong', `2001:db8::${i.toString(16)}`), wrong);
  }
  assert.match(String(await attempt('one-more@example.com', 'wrong', '2001:db8::ffff:1')), /^too-many-sign-ins/);
  assert.equal(await attempt('one-more@example.com', 'wrong', '2001:db8:0:1::1'), wrong);
  await close();
});

test('who is invited chooses a password, once and in time', async () => {
  const { ports, clock, close } = await openWithOwner();
  const bob = { name: 'Bob', email: 'bob@example.com', roles: [{ account_id: ACCOUNT as string, role: 'viewer' }] };
  const late = await invitePerson(ports, BY, bob);
  clock.advance(INVITATION_AGE_MS_MAX);
  const accept = (token: string) => acceptInvitation(ports, { token, password: OTHER_PASSWORD }, ORIGIN);
  await assert.rejects(accept(late.token), { code: 'link-not-valid' });
  await assert.rejects(invitePerson(ports, BY, { ...bob, email: 'BOB@example.com' }), { code: 'email-in-use' });
  await deletePerson(ports, BY, late.invited.person.id);
  const { token } = await invitePerson(ports, BY, bob);
  await assert.rejects(acceptInvitation(ports, { token, password: 'bob bob bob bob' }, ORIGIN), {
    code: 'invalid-password',
  });
  const { principal } = await accept(token);
  assert.deepEqual(principal.roles, [{ accountId: ACCOUNT, role: 'viewer' }]);
  await assert.rejects(accept(token), { code: 'link-not-valid' });
  await signIn(ports, { email: bob.email, password: OTHER_PASSWORD }, ORIGIN);
  const refused = (roles: typeof bob.roles, code: string) =>
    assert.rejects(invitePerson(ports, BY, { ...bob, email: 'eve@example.com', roles }), { code });
  await refused([], 'invalid-roles');
  await refused([{ account_id: '*', role: 'root' }], 'invalid-roles');
  await refused([...OWNER, ...OWNER], 'invalid-roles');
  await refused([{ account_id: 'nobody', role: 'viewer' }], 'account-not-found');
  await close();
});

test('the last owner stays, and who is demoted or deleted is signed out', async () => {
  const { ports, owner, close } = await openWithOwner();
  const viewer = [{ account_id: OTHER_ACCOUNT as string, role: 'viewer' }];
  const { personId } = owner.principal;
  const { invited, token } = await invitePerson(ports, BY, { name: 'Bob', email: 'bob@example.com', roles: OWNER });
  // An owner who cannot sign in yet is none.
  await assert.rejects(deletePerson(ports, BY, personId), { code: 'last-owner' });
  await assert.rejects(updatePerson(ports, BY, personId, { roles: viewer }), { code: 'last-owner' });
  const bob = await acceptInvitation(ports, { token, password: OTHER_PASSWORD }, ORIGIN);
  await updatePerson(ports, BY, personId, { name: 'Ada L.' });
  assert.notEqual(await authenticateSession(ports, owner.token), undefined);
  await updatePerson(ports, BY, personId, { roles: viewer });
  assert.equal(await authenticateSession(ports, owner.token), undefined);
  await assert.rejects(deletePerson(ports, BY, invited.person.id), { code: 'last-owner' });
  await deletePerson(ports, BY, personId);
  await assert.rejects(signIn(ports, ADA, ORIGIN), { code: 'sign-in-failed' });
  assert.notEqual(await authenticateSession(ports, bob.token), undefined);
  await close();
});

test('a new password ends the other sessions, and needs the present one', async () => {
  const { ports, owner, close } = await openWithOwner();
  const elsewhere = await signIn(ports, ADA, ORIGIN);
  const change = (current: string, replacement: string) =>
    changePassword(ports, BY, owner.principal, { current, new: replacement });
  await assert.rejects(change('wrong', OTHER_PASSWORD), { code: 'wrong-password' });
  await assert.rejects(change(PASSWORD, 'qwertyuiop12'), { code: 'invalid-password' });
  await change(PASSWORD, OTHER_PASSWORD);
  assert.equal(await authenticateSession(ports, elsewhere.token), undefined);
  assert.notEqual(await authenticateSession(ports, owner.token), undefined);
  await assert.rejects(signIn(ports, ADA, ORIGIN), { code: 'sign-in-failed' });
  await signIn(ports, { ...ADA, password: OTHER_PASSWORD }, ORIGIN);
  await close();
});
