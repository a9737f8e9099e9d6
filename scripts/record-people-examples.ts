import type { ExampleRequest, ExampleResponse } from '../test/support/api-example.ts';

type Record = (name: string, summary: string, request: ExampleRequest) => Promise<ExampleResponse>;
type Headers = NonNullable<ExampleRequest['headers']>;

const BASE = '/client/v4';
const PASSWORD = 'a few words together';

/** Records the first visit, an invitation, and what people do of themselves. */
export async function recordPeople(record: Record, admin: Headers): Promise<void> {
  const send = (name: string, summary: string, method: string, path: string, headers: Headers, body?: object) =>
    record(name, summary, { method, path: BASE + path, headers, ...(body === undefined ? {} : { body }) });
  await send('read-setup', 'Is there nobody yet?', 'GET', '/setup', {});
  const made = await send('create-setup-link', 'Make a link for the first person.', 'POST', '/setup/link', admin);
  const token = linkTokenOf(made);
  const ada = { name: 'Ada', email: 'ada@example.com', password: PASSWORD };
  await send(
    'invalid-password',
    'A password is not too easy to guess.',
    'POST',
    '/setup',
    {},
    { ...ada, token, password: 'ada' },
  );
  await send('complete-setup', 'Become the first person, and sign in.', 'POST', '/setup', {}, { ...ada, token });
  await send('setup-not-needed', 'There is a person already.', 'POST', '/setup/link', admin);
  const login = { email: ada.email, password: PASSWORD };
  const wrong = { ...login, password: 'wrong' };
  await send('sign-in-failed', 'Nobody has this email and this password.', 'POST', '/session', {}, wrong);
  const signedIn = await send('sign-in', 'Sign in. The cookie is the session.', 'POST', '/session', {}, login);
  const cookie = cookieOf(signedIn);
  const own = { cookie, 'x-csrf-token': csrfOf(signedIn), 'sec-fetch-site': 'same-origin' };
  await send('read-session', 'Who is signed in?', 'GET', '/session', { cookie });
  await send('cross-site-request', 'A cookie alone changes nothing.', 'PUT', '/person', { cookie }, { name: 'Eve' });
  await send('list-sessions', 'Where are you signed in?', 'GET', '/sessions', { cookie });
  await send('unknown-session', 'You have no such session.', 'DELETE', `/sessions/${'f'.repeat(32)}`, own);
  await send('update-own-person', 'Change your name.', 'PUT', '/person', own, { name: 'Ada Lovelace' });
  const passwords = { current: 'wrong', new: 'another few words' };
  await send('wrong-password', 'The present password is another.', 'PUT', '/person/password', own, passwords);
  const changed = { current: PASSWORD, new: 'another few words' };
  await send('change-password', 'Change your password.', 'PUT', '/person/password', own, changed);
  const other = await send(
    'sign-in-elsewhere',
    'Sign in elsewhere.',
    'POST',
    '/session',
    {},
    { ...login, password: changed.new },
  );
  const sessions = await send('list-two-sessions', 'Where are you signed in?', 'GET', '/sessions', {
    cookie: cookieOf(other),
  });
  const listed = (sessions.body as { result: readonly { id: string; current: boolean }[] }).result;
  const rest = { ...own, cookie: cookieOf(other), 'x-csrf-token': csrfOf(other) };
  const { id = '' } = listed.find(({ current }) => current) ?? {};
  await send('end-session', 'Sign out of one session.', 'DELETE', `/sessions/${id}`, rest);
  await recordPasskeys(send, own);
  await recordInvitation(send, own);
  await send('sign-out', 'Sign out.', 'DELETE', '/session', own);
  const again = await send(
    'sign-in-again',
    'Sign in again, with another cookie.',
    'POST',
    '/session',
    {},
    { ...login, password: changed.new },
  );
  const everywhere = { ...own, cookie: cookieOf(again), 'x-csrf-token': csrfOf(again) };
  await send('sign-out-everywhere', 'Sign out everywhere.', 'DELETE', '/sessions', everywhere);
}

type Send = (
  name: string,
  summary: string,
  method: string,
  path: string,
  headers: Headers,
  body?: object,
) => Promise<ExampleResponse>;

async function recordPasskeys(send: Send, own: Headers): Promise<void> {
  const path = '/person/passkeys';
  const answer = { id: 'AQID', rawId: 'AQID', type: 'public-key', response: {}, clientExtensionResults: {} };
  const name = 'my phone';
  // The port of the service is not the same each time, and a page's address holds it.
  await send('begin-passkey', 'Begin to make a passkey.', 'POST', `${path}/options`, own);
  await send('passkey-refused', 'The answer proves nothing.', 'POST', path, own, { name, response: answer });
  await send('list-passkeys', 'List your passkeys.', 'GET', path, own);
  await send('unknown-passkey', 'You have no such passkey.', 'DELETE', `${path}/AQID`, own);
  await send('begin-passkey-sign-in', 'Begin to sign in with a passkey.', 'POST', '/session/passkey/options', {});
  await send(
    'unknown-passkey-sign-in',
    'The passkey is nobody’s.',
    'POST',
    '/session/passkey',
    {},
    { response: answer },
  );
}

async function recordInvitation(send: Send, own: Headers): Promise<void> {
  const bob = { name: 'Bob', email: 'bob@example.com', roles: [{ account_id: 'default', role: 'viewer' }] };
  const invited = await send(
    'invite-person',
    'Invite a person. `link` is shown here only.',
    'POST',
    '/people',
    own,
    bob,
  );
  const { id } = (invited.body as { result: { id: string } }).result;
  const accepted = { token: linkTokenOf(invited), password: 'another few words' };
  const accept = '/invitations/accept';
  await send('accept-invitation', 'Choose a password, and sign in.', 'POST', accept, {}, accepted);
  await send('link-not-valid', 'An invitation is good once.', 'POST', accept, {}, accepted);
  await send('email-in-use', 'There is such a person.', 'POST', '/people', own, bob);
  await send('list-people', 'List the people.', 'GET', '/people', own);
  const operator = { roles: [{ account_id: 'default', role: 'operator' }] };
  await send('update-person', 'Change a role.', 'PUT', `/people/${id}`, own, operator);
  await send('delete-person', 'Delete a person.', 'DELETE', `/people/${id}`, own);
}

function linkTokenOf({ body }: ExampleResponse): string {
  return (body as { result: { link: string } }).result.link.split('=')[1] ?? '';
}

function csrfOf({ body }: ExampleResponse): string {
  return (body as { result: { csrf: string } }).result.csrf;
}

function cookieOf({ headers }: ExampleResponse): string {
  return headers['set-cookie']?.split(';', 1)[0] ?? '';
}
