import assert from 'node:assert/strict';
import type { BrowserContext, Page } from 'playwright-core';
import type { TestBrowser } from '../support/browser.ts';
import type { Service } from '../support/service.ts';

export const OWNER = { name: 'Ada <b>Lovelace</b>', email: 'ada@example.org', password: 'a quiet engine in the attic' };

const STEP_TIMEOUT_MS = 15_000;

/** A browser's visit to the dashboard, which notes whatever the page should not have done. */
export class DashboardVisit {
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #origin: string;
  readonly #faults: string[] = [];

  private constructor(context: BrowserContext, page: Page, origin: string) {
    this.#context = context;
    this.page = page;
    this.#origin = origin;
    page.setDefaultTimeout(STEP_TIMEOUT_MS);
    // The browser tells a violation of the policy as an error on the console.
    page.on('console', (message) => {
      if (message.type() === 'error' && !/the server responded with a status of 4\d\d/.test(message.text())) {
        this.#faults.push(message.text());
      }
    });
    page.on('pageerror', (error) => this.#faults.push(String(error)));
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== origin) {
        this.#faults.push(`a request to ${request.url()}`);
      }
    });
  }

  static async begin(
    { browser }: TestBrowser,
    service: Service,
    theme: 'light' | 'dark' = 'light',
  ): Promise<DashboardVisit> {
    const context = await browser.newContext({ colorScheme: theme, viewport: { width: 1440, height: 900 } });
    return new DashboardVisit(context, await context.newPage(), service.url);
  }

  async open(path: string): Promise<void> {
    await this.page.goto(this.#origin + path);
  }

  /** Signs in as the owner, who was made by the setup. */
  async signIn(): Promise<void> {
    await this.open('/sign-in');
    await this.page.getByLabel('Email').fill(OWNER.email);
    await this.page.getByLabel('Password').fill(OWNER.password);
    await this.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await this.page.getByRole('heading', { name: 'Overview' }).waitFor();
  }

  /** Ends the visit. Fails when the page violated its policy, failed, or asked anyone but its service. */
  async end(): Promise<void> {
    await this.#context.close();
    assert.deepEqual(this.#faults, []);
  }
}

/** The path of the link that a first start prints. */
export function findSetupPath(service: Service): string {
  const [path] = /\/setup#token=[0-9a-f]+/.exec(service.stdout) ?? [];
  assert.ok(path !== undefined, `the start printed no link to the setup\n${service.output}`);
  return path;
}
