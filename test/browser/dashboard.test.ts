import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { Service } from '../support/service.ts';
import { DashboardVisit, findSetupPath, OWNER } from './dashboard-visit.ts';

/** Markup, and a text that turns the direction of what follows. */
const HOSTILE_NAME = '<img src=x onerror=alert(1)> \u202egnp.exe';

let service: Service;
let chromium: TestBrowser;
let keyUid: string;

before(async () => {
  service = await Service.start({ environment: { TACITURN_PEERS_ALLOW: '127.0.0.0/8' } });
  chromium = await launchBrowser();
});

after(async () => {
  await chromium?.close();
  await service?.end();
});

test('the first visit leads from the printed link to a first allocation', { timeout: 60_000 }, async () => {
  const visit = await DashboardVisit.begin(chromium, service);
  const { page } = visit;
  await visit.open(findSetupPath(service));
  await page.getByLabel('Your name').fill(OWNER.name);
  await page.getByLabel('Email').fill(OWNER.email);
  await page.getByLabel('Password').fill(OWNER.password);
  assert.equal(new URL(page.url()).hash, '', 'the token stays in no address line');
  await page.getByRole('button', { name: 'Begin' }).click();

  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(HOSTILE_NAME);
  await page.getByRole('button', { name: 'Make the key' }).click();
  const token = (await page.getByTestId('secret').textContent()) ?? '';
  assert.match(token, /^[0-9a-f]{64}$/);
  keyUid = (await page.locator('dd code').first().textContent()) ?? '';
  await page.getByText('Waiting for the first allocation…').waitFor();
  const curl = await page.locator('pre').first().textContent();
  assert.ok(curl?.includes(`${service.url}/v1/turn/keys/${keyUid}/credentials/`), curl ?? '');

  const { iceServers } = await service.generateIceServers({ uid: keyUid, token }, { customIdentifier: 'user-1' });
  // It is kept by the page, so that it is not closed as garbage.
  await page.evaluate(`(async (iceServers) => {
    globalThis.kept = new RTCPeerConnection({ iceServers, iceTransportPolicy: 'relay' });
    kept.createDataChannel('kept');
    await kept.setLocalDescription();
  })(${JSON.stringify(iceServers)})`);
  await page.getByText('It works.').waitFor();
  await visit.end();
});

test('whoever is not signed in is led to the sign-in, told nothing, and back to where they were going', async () => {
  const visit = await DashboardVisit.begin(chromium, service);
  const { page } = visit;
  await visit.open('/accounts/default/audit-log');
  await page.getByLabel('Email').fill(OWNER.email);
  await page.getByLabel('Password').fill('a wrong password, surely');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Password').fill(OWNER.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Audit log' }).waitFor();
  await page.getByText('key create').first().waitFor();

  await page.getByRole('button', { name: OWNER.name }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await visit.end();
});

test('what strangers named is shown as text', async () => {
  const visit = await DashboardVisit.begin(chromium, service);
  const { page } = visit;
  await visit.signIn();
  for (const path of ['/accounts/default/keys', `/accounts/default/keys/${keyUid}`, '/accounts/default/credentials']) {
    await visit.open(path);
    await page.getByText('<img src=x onerror=alert(1)>').first().waitFor({ state: 'attached' });
    assert.equal(await page.locator('img').count(), 0, path);
  }
  await visit.end();
});

test('a limit is changed where it stands, and given up', async () => {
  const visit = await DashboardVisit.begin(chromium, service);
  const { page } = visit;
  await visit.signIn();
  await visit.open(`/accounts/default/keys/${keyUid}`);
  await page.getByRole('button', { name: 'Change Live allocations of the key' }).click();
  await page.getByLabel('Live allocations of the key, in allocations; 0 is no limit').fill('7');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Give up Live allocations of the key' }).click();
  await page.getByRole('button', { name: 'Give up Live allocations of the key' }).waitFor({ state: 'detached' });
  const { body } = await service.call('GET', `/client/v4/accounts/default/calls/turn_keys/${keyUid}/limits`);
  const { result } = body as { result: { limits: Record<string, { source: string }> } };
  assert.equal(result.limits.allocations_per_key?.source, 'default');
  await visit.end();
});

test('the connection test says which paths work', { timeout: 90_000 }, async () => {
  const visit = await DashboardVisit.begin(chromium, service);
  const { page } = visit;
  await visit.signIn();
  await visit.open('/accounts/default/connection-test');
  await page.getByRole('button', { name: 'Start' }).click();
  const verdict = page.getByTestId('verdict');
  await verdict.waitFor({ timeout: 60_000 });
  // TLS is by a certificate that this browser does not trust.
  assert.equal(
    await verdict.textContent(),
    `TLS does not get through; UDP on port ${service.ports.turn} works, so calls do too. ` +
      'TLS is blocked on this network, or the browser refuses the certificate, as it does a self-signed one.',
  );
  await visit.end();
});
