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

let certificates: CertificateFiles;
let service: Service;
let example: ChildProcess;
let exampleUrl: string;
let chromium: TestBrowser;

before(async () => {
  certificates = makeCertificateFiles();
  service = await Service.start({
    environment: { TACITURN_TLS_CERTIFICATE: certificates.certificate, TACITURN_TLS_KEY: certificates.key },
  });
  [example, exampleUrl] = await startExample(await service.createKey());
  chromium = await launchBrowser(certificates.authority);
});

after(async () => {
  await chromium?.close();
  example?.kill('SIGKILL');
  await service?.end();
  certificates?.remove();
});

async function startExample({ uid, token }: TestKey): Promise<[ChildProcess, string]> {
  const child = spawn(process.execPath, [EXAMPLE], {
    env: cleanEnvironment({
      TACITURN_URL: service.url,
      TACITURN_KEY_UID: uid,
      TACITURN_KEY_TOKEN: token,
      PORT: '0',
    }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const url = await waitFor('the address of the example', () => /Open (http:\S+) in two tabs/.exec(output)?.[1]);
  return [child, url];
}

async function openTab(url: string): Promise<Page> {
  const page = await chromium.browser.newPage();
  await page.goto(url);
  return page;
}

/** Waits until the tab says that all packets are relayed, over this transport. */
async function expectRelayed(page: Page, transport: string): Promise<void> {
  await page.waitForSelector('#status[data-state="relayed"]', { timeout: 20_000 });
  await waitFor(`a path over ${transport}`, async () => (await readText(page, 'own-transport')) === transport, 20_000);
  assert.equal(await readText(page, 'types'), 'relay ↔ relay');
}

async function readText(page: Page, id: string): Promise<string | null> {
  return page.textContent(`#${id}`);
}

describe('two tabs of the example', () => {
  test('call each other through the relay, and say so; the transport can be changed during the call', async () => {
    const first = await openTab(exampleUrl);
    const link = await first.getAttribute('#link', 'href');
    assert.ok(link?.startsWith(exampleUrl));
    const second = await openTab(link as string);
    await expectRelayed(first, 'UDP');
    await expectRelayed(second, 'UDP');
    for (const transport of ['TLS', 'TCP']) {
      await second.selectOption('#transport', transport.toLowerCase());
      await expectRelayed(second, transport);
      await waitFor('the word of the other tab', async () => (await readText(first, 'peer-transport')) === transport);
    }
    const third = await openTab(link as string);
    await waitFor('the refusal', async () => (await readText(third, 'status'))?.includes('two tabs already'));
    await Promise.all([second.close(), third.close()]);
    await waitFor('waiting again', async () => (await readText(first, 'status'))?.includes('Waiting'));
    await first.close();
  });
});
