import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { type CertificateFiles, makeCertificateFiles } from '../support/certificate-authority.ts';
import { cleanEnvironment, Service, type TestKey } from '../support/service.ts';
import { waitFor } from '../support/wait-for.ts';

const EXAMPLE = fileURLToPath(new URL('../../examples/browser-call/server.ts', import.meta.url));
const CALL_TIMEOUT_MS = 30_000;

let certificates: CertificateFiles;
let service: Service;
let key: TestKey;
let example: ChildProcess;
let exampleUrl: string;
let chromium: TestBrowser;

before(async () => {
  certificates = makeCertificateFiles();
  service = await startService();
  key = await service.createKey();
  [example, exampleUrl] = await startExample(key);
  chromium = await launchBrowser(certificates.authority);
});

after(async () => {
  await chromium?.close();
  example?.kill('SIGKILL');
  await service?.end();
  certificates?.remove();
});

/** Starts the service, or starts it again where it was. */
function startService(): Promise<Service> {
  return Service.start({
    ...(service === undefined ? {} : { ports: service.ports, data: service.data }),
    environment: { TACITURN_TLS_CERTIFICATE: certificates.certificate, TACITURN_TLS_KEY: certificates.key },
  });
}

async function startExample({ uid, token }: TestKey): Promise<[ChildProcess, string]> {
  const child = spawn(process.execPath, [EXAMPLE], {
    env: cleanEnvironment({
      TACITURN_URL: service.url,
      TACITURN_KEY_UID: uid,
      TACITURN_KEY_TOKEN: token,
      PORT: '0',
    }),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const url = await waitFor('the address of the example', () => /Open (http:\S+) in two tabs/.exec(output)?.[1]);
  return [child, url];
}

async function openTab(url = exampleUrl, { browser } = chromium): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(url);
  return page;
}

/** Two tabs, opened one after the other as the example asks for. */
async function openTabs(used = chromium): Promise<readonly [Page, Page]> {
  const first = await openTab(exampleUrl, used);
  await expectState('waiting', first);
  return [first, await openTab(exampleUrl, used)];
}

async function expectState(state: string, ...pages: readonly Page[]): Promise<void> {
  const selector = `html[data-state="${state}"]`;
  await Promise.all(pages.map((page) => page.waitForSelector(selector, { timeout: CALL_TIMEOUT_MS })));
}

async function expectStatus(page: Page, text: string): Promise<void> {
  await waitFor(text, async () => (await readText(page, 'status')).includes(text), CALL_TIMEOUT_MS);
}

/** Waits until the tab says that all packets are relayed, over this transport. */
async function expectRelayed(page: Page, transport: string): Promise<void> {
  await expectState('relayed', page);
  await waitFor(`a path over ${transport}`, async () => (await readText(page, 'own-transport')) === transport, 20_000);
  assert.equal(await readText(page, 'types'), 'relay ↔ relay');
}

async function readText(page: Page, id: string): Promise<string> {
  return (await page.textContent(`#${id}`)) ?? '';
}

async function readUsername(page: Page): Promise<string> {
  const command = await readText(page, 'revocation');
  return /^npm run --silent taciturn -- credential revoke (\w+)$/.exec(command)?.[1] ?? assert.fail(command);
}

async function close(...pages: readonly Page[]): Promise<void> {
  await Promise.all(pages.map((page) => page.close()));
}

describe('two tabs of the example', () => {
  test('call each other through the relay, and say so; the transport can be changed during the call', async () => {
    const [first, second] = await openTabs();
    for (const page of [first, second]) {
      // Over which transport is the browser's choice: it keeps the first path that works, and prefers UDP only among several.
      await expectState('relayed', page);
      await waitFor('a path', async () => (await readText(page, 'types')) === 'relay ↔ relay', 20_000);
      assert.match(await page.title(), /^Connected/);
    }
    assert.equal(first.url(), second.url());
    for (const transport of ['UDP', 'TLS', 'TCP']) {
      await second.selectOption('#transport', transport.toLowerCase());
      await expectRelayed(second, transport);
      await waitFor('the word of the other tab', async () => (await readText(first, 'peer-transport')) === transport);
    }
    await close(first, second);
  });

  test('meet by the link of the first; a third tab is told that the room is full, and gets its own by the address', async () => {
    const first = await openTab();
    await expectState('waiting', first);
    const link = (await first.getAttribute('#link', 'href')) as string;
    assert.ok(link.startsWith(exampleUrl));
    const second = await openTab(link);
    await expectState('relayed', first, second);
    const third = await openTab(link);
    await expectStatus(third, 'two tabs already');
    assert.equal(await third.isVisible('#invitation'), false);
    await third.click('#new-room a');
    await expectState('waiting', third);
    assert.notEqual(third.url(), link);
    await close(second, third);
    await expectStatus(first, 'Waiting');
    await close(first);
  });

  test('hang up, and call again', async () => {
    const [first, second] = await openTabs();
    await expectState('relayed', first, second);
    await first.click('#hang-up');
    await expectState('ended', first);
    await expectState('waiting', second);
    assert.equal(await first.isVisible('#remote'), false);
    await first.click('#retry');
    await expectState('relayed', first, second);
    await close(first, second);
  });

  test('say that no media arrives while the relay stands still, and that it does again', async () => {
    const [first, second] = await openTabs();
    await expectState('relayed', first, second);
    service.signal('SIGSTOP');
    try {
      await expectState('stalled', first, second);
      assert.match(await readText(first, 'status'), /^No media arriving/);
    } finally {
      service.signal('SIGCONT');
    }
    await expectState('relayed', first, second);
    await close(first, second);
  });

  test('come back with other credentials after a revocation', async () => {
    const [first, second] = await openTabs();
    await expectState('relayed', first, second);
    const revoked = await readUsername(first);
    await service.revokeCredential(key, revoked);
    await waitFor('other credentials', async () => (await readUsername(first)) !== revoked, CALL_TIMEOUT_MS);
    await expectState('relayed', first, second);
    await close(first, second);
  });

  test('both say that browsers refuse a self-signed certificate, where one of them chose TLS', async () => {
    const distrustful = await launchBrowser();
    const [first, second] = await openTabs(distrustful);
    await expectState('relayed', first, second);
    await second.selectOption('#transport', 'tls');
    const sentence = 'No relay is reachable over TLS: browsers refuse a self-signed certificate.';
    await expectStatus(second, sentence);
    await expectStatus(first, `The other tab: ${sentence}`);
    await second.selectOption('#transport', 'any');
    await expectState('relayed', first, second);
    await distrustful.close();
  });
});

describe('without credentials', () => {
  test('both tabs say that the service is down, during a call and before one, and recover with it', async () => {
    const [first, second] = await openTabs();
    await expectState('relayed', first, second);
    await service.stop();
    const sentence = `The TURN service at ${service.url} cannot be reached: start it with npm start.`;
    await expectStatus(first, sentence);
    await expectStatus(second, sentence);
    const others = [await openTab(), await openTab()];
    for (const page of others) {
      await expectStatus(page, sentence);
    }
    service = await startService();
    await expectState('relayed', first, second, ...others);
    await close(first, second, ...others);
  });

  test('both tabs say what to check when the key was deleted', async () => {
    const deleted = await service.createKey();
    const [child, url] = await startExample(deleted);
    await service.deleteKey(deleted);
    const pages = [await openTab(url), await openTab(url)];
    for (const page of pages) {
      await expectStatus(page, 'refused the TURN key. Check TACITURN_KEY_UID and TACITURN_KEY_TOKEN');
      assert.equal(await page.isVisible('#retry'), true);
    }
    await close(...pages);
    child.kill('SIGKILL');
  });
});
