import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { launchBrowser } from '../support/browser.ts';
import { ADMIN_TOKEN, Service } from '../support/service.ts';
import { DashboardVisit, findSetupPath, OWNER } from './dashboard-visit.ts';

const AXE = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const NARROW_PIXELS = 360;

const ACCOUNT_PAGES = [
  'overview',
  'keys',
  'keys/new',
  'live',
  'credentials',
  'connection-test',
  'analytics',
  'audit-log',
  'tokens',
].map((page) => `/accounts/default/${page}`);

/** Every page in one theme: nothing that keeps people out, and no page that is wider than a small screen. */
export function testDashboardPages(theme: 'light' | 'dark'): void {
  test(`no page keeps anyone out, nor is wider than a small screen: ${theme}`, { timeout: 110_000 }, async (t) => {
    const service = await Service.start();
    t.after(() => service.end());
    const chromium = await launchBrowser();
    t.after(() => chromium.close());
    const token = findSetupPath(service).split('=')[1];
    await service.call('POST', '/client/v4/setup', ADMIN_TOKEN, { token, ...OWNER });
    const { uid } = await service.createKey();
    const visit = await DashboardVisit.begin(chromium, service, theme);
    await visit.signIn();
    const pages = [...ACCOUNT_PAGES, `/accounts/default/keys/${uid}`, '/people', '/nodes', '/settings', '/you'];
    for (const path of pages) {
      await visit.open(path);
      await checkPage(visit, path);
    }
    await visit.end();
  });
}

async function checkPage(visit: DashboardVisit, path: string): Promise<void> {
  const { page } = visit;
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByRole('status', { name: 'Loading' }).first().waitFor({ state: 'detached' });
  assert.deepEqual(await listSeriousFindings(visit), [], path);
  await page.setViewportSize({ width: NARROW_PIXELS, height: 700 });
  const width = (await page.evaluate('document.documentElement.scrollWidth')) as number;
  assert.ok(width <= NARROW_PIXELS, `${path} is ${width} pixels wide`);
  await page.setViewportSize({ width: 1440, height: 900 });
}

/** What axe calls serious or worse, in a line each. */
async function listSeriousFindings({ page }: DashboardVisit): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate('axe.run({ resultTypes: ["violations"] })')) as {
    violations: readonly { id: string; impact: string; nodes: readonly { html: string; failureSummary: string }[] }[];
  };
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}
