import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** Debian's. */
const EXECUTABLE = '/usr/bin/chromium';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--allow-loopback-in-peer-connection',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

export interface TestBrowser {
  readonly browser: Browser;
  close(): Promise<void>;
}

/** Starts Chromium with a home folder of its own, in which the authority of a PEM file is trusted. */
export async function launchBrowser(authorityFile?: string): Promise<TestBrowser> {
  const home = mkdtempSync(join(tmpdir(), 'taciturn-browser-'));
  const removeHome = (): void => rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  try {
    if (authorityFile !== undefined) {
      trustAuthority(home, authorityFile);
    }
    const browser = await chromium.launch({
      executablePath: EXECUTABLE,
      args: ARGUMENTS,
      env: { ...(process.env as Record<string, string>), HOME: home },
    });
    return {
      browser,
      close: async () => {
        await browser.close();
        removeHome();
      },
    };
  } catch (error) {
    removeHome();
    throw error;
  }
}

function trustAuthority(home: string, authorityFile: string): void {
  const folder = join(home, '.pki', 'nssdb');
  mkdirSync(folder, { recursive: true });
  const certutil = (...args: readonly string[]): void => {
    execFileSync('certutil', ['-d', `sql:${folder}`, ...args], { stdio: 'pipe' });
  };
  certutil('-N', '--empty-password');
  certutil('-A', '-n', 'test authority', '-t', 'C,,', '-i', authorityFile);
}
