import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { createSetupToken } from '../../src/control/people/create-setup-token.ts';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { type HttpInstallation, startHttpInstallation } from '../support/http-installation.ts';

interface PageAnswer {
  readonly status: number;
  readonly result: { readonly id?: string; readonly csrf?: string; readonly person?: { readonly passkeys: number } };
}

let installation: HttpInstallation;
let chromium: TestBrowser;
let page: Page;

before(async () => {
  installation = await startHttpInstallation();
  chromium = await launchBrowser();
  // What answers with data forbids its page everything, and there is no other page here.
  page = await (await chromium.browser.newContext({ bypassCSP: true })).newPage();
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  // WebAuthn wants a name, and this one is always this machine.
  await page.goto(`http://localhost:${installation.port}/healthz`);
});

after(async () => {
  await chromium?.close();
  await installation?.stop();
});

/** Calls the API from the page, as the dashboard does; the cookie is the browser's business. */
function call(method: string, path: string, csrf = '', body: object = {}): Promise<PageAnswer> {
  const request = { method, path, csrf, body: JSON.stringify(body) };
  return page.evaluate(async (sent) => {
    const headers = { 'x-csrf-token': sent.csrf };
    const content = sent.method === 'GET' ? {} : { body: sent.body };
    const response = await fetch(`/client/v4${sent.path}`, { method: sent.method, headers, ...content });
    return { status: response.status, ...((await response.json()) as { result: object }) };
  }, request) as Promise<PageAnswer>;
}

/** Has the virtual authenticator make a passkey, or use one. */
function answerCeremony(kind: 'create' | 'get', options: object): Promise<object> {
  const script = `(async (options) => {
    const publicKey = PublicKeyCredential.parse${kind === 'create' ? 'Creation' : 'Request'}OptionsFromJSON(options);
    return (await navigator.credentials.${kind}({ publicKey })).toJSON();
  })(${JSON.stringify(options)})`;
  return page.evaluate(script) as Promise<object>;
}

test('a passkey is made, signs in once for each challenge, and is worth nothing when deleted', async () => {
  const token = await createSetupToken(installation.control, { kind: 'system' });
  const ada = { token, name: 'Ada', email: 'ada@example.com', password: 'a few words together' };
  const { status, result } = await call('POST', '/setup', '', ada);
  assert.equal(status, 201);
  const csrf = result.csrf ?? '';
  const creation = await call('POST', '/person/passkeys/options', csrf);
  const made = { name: 'virtual', response: await answerCeremony('create', creation.result) };
  const passkey = await call('POST', '/person/passkeys', csrf, made);
  assert.equal(passkey.status, 201);
  assert.equal((await call('POST', '/person/passkeys', csrf, made)).status, 400, 'a challenge is good once');
  assert.equal((await call('DELETE', '/session', csrf)).status, 200);
  assert.equal((await call('GET', '/session')).status, 401);

  const answer = async () => {
    const { result: options } = await call('POST', '/session/passkey/options');
    return { response: await answerCeremony('get', options) };
  };
  const first = await answer();
  const signedIn = await call('POST', '/session/passkey', '', first);
  assert.equal(signedIn.status, 200);
  assert.equal(signedIn.result.person?.passkeys, 1);
  assert.equal((await call('POST', '/session/passkey', '', first)).status, 401, 'a challenge is good once');

  const own = (await call('GET', '/session')).result.csrf ?? '';
  const late = await answer();
  assert.equal((await call('DELETE', `/person/passkeys/${passkey.result.id}`, own)).status, 200);
  assert.equal((await call('POST', '/session/passkey', '', late)).status, 401);
});
