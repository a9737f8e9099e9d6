import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { exchangeRaw } from '../support/exchange-raw.ts';
import { type HttpInstallation, startHttpInstallation } from '../support/http-installation.ts';

const FIRST_LOAD_BYTES_MAX = 250_000;

let installation: HttpInstallation;

before(async () => {
  installation = await startHttpInstallation({ hasDashboard: true });
});

after(() => installation?.stop());

/** As a browser asks for a page. */
function visit(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(installation.url + path, { headers: { accept: 'text/html,*/*;q=0.8', ...headers } });
}

/** The paths of the files that the page names, which are loaded before anything is seen. */
async function listFirstAssets(): Promise<readonly string[]> {
  const page = await (await visit('/')).text();
  return [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
}

test('a browser is given the page at the root and at its own paths, and programs are greeted', async () => {
  const page = await (await visit('/')).text();
  assert.match(page, /<div id="root">/);
  for (const path of ['/sign-in', '/setup', '/invite', '/accounts/default/keys', '/people', '/settings']) {
    const response = await visit(path);
    assert.equal(response.status, 200, path);
    assert.equal(await response.text(), page, path);
  }
  const greeting = await fetch(installation.url);
  assert.equal(greeting.headers.get('content-type'), 'text/plain; charset=utf-8');
  assert.equal(greeting.headers.get('vary'), 'accept');
});

test('what is no path of the page stays a problem', async () => {
  for (const path of ['/client/v4/nothing', '/v1/nothing', '/nothing', '/assets/nothing.js', '/assets/../index.html']) {
    const response = await visit(path);
    assert.equal(response.status, 404, path);
    assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8', path);
  }
  const raw = await exchangeRaw(
    installation.port,
    'GET /assets/..%2f..%2fpackage.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
  );
  assert.match(raw, /^HTTP\/1\.1 404 /);
});

test('the page may run and load what is of this service, and nothing inline, and nobody may frame it', async () => {
  const { headers } = await visit('/');
  const policy = headers.get('content-security-policy') ?? '';
  const directives = new Map(policy.split('; ').map((directive) => [directive.split(' ')[0], directive] as const));
  assert.equal(directives.get('default-src'), "default-src 'none'");
  assert.equal(directives.get('script-src'), "script-src 'self'");
  assert.equal(directives.get('style-src'), "style-src 'self'");
  assert.equal(directives.get('connect-src'), "connect-src 'self'");
  assert.equal(directives.get('frame-ancestors'), "frame-ancestors 'none'");
  assert.equal(policy.includes('unsafe'), false);
  assert.equal(policy.includes('http'), false);
  assert.equal(headers.get('x-frame-options'), 'DENY');
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.equal(headers.get('referrer-policy'), 'no-referrer');
  assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin');
  assert.match(headers.get('permissions-policy') ?? '', /camera=\(\)/);
});

test('the page has nothing inline, and names nothing elsewhere', async () => {
  const page = await (await visit('/')).text();
  assert.doesNotMatch(page, /<script(?![^>]* src=)|<style|style=|https?:\/\//);
});

test('a part of the page is kept for ever, and the page asked for each time', async () => {
  const [asset = ''] = await listFirstAssets();
  const part = await visit(asset);
  assert.equal(part.headers.get('cache-control'), 'public, max-age=31536000, immutable');
  const page = await visit('/');
  assert.equal(page.headers.get('cache-control'), 'no-cache');
  const again = await visit('/', { 'if-none-match': page.headers.get('etag') ?? '' });
  assert.equal(again.status, 304);
  assert.equal(await again.text(), '');
});

test('a part is sent as the client takes it: brotli, gzip, or as it is', async () => {
  const script = (await listFirstAssets()).find((path) => path.endsWith('.js')) ?? '';
  const answers = await Promise.all(
    ['br, gzip', 'gzip', 'br;q=0, gzip;q=0.5', 'identity'].map((encoding) => requestBytes(script, encoding)),
  );
  assert.deepEqual(
    answers.map(({ encoding }) => encoding),
    ['br', 'gzip', 'gzip', undefined],
  );
  const [br, gzip, , plain] = answers.map(({ body }) => body);
  assert.deepEqual(brotliDecompressSync(br as Buffer), plain);
  assert.deepEqual(gunzipSync(gzip as Buffer), plain);
});

test(`what the first page needs is at most ${FIRST_LOAD_BYTES_MAX} bytes, compressed`, async () => {
  const paths = await listFirstAssets();
  assert.ok(paths.length > 2, 'the page names its parts');
  const sizes = await Promise.all(paths.map(async (path) => (await requestBytes(path, 'gzip')).body.length));
  const sum = sizes.reduce((total, size) => total + size, 0);
  assert.ok(sum > 50_000 && sum <= FIRST_LOAD_BYTES_MAX, `${sum} bytes`);
});

/** One answer as it went over the wire. */
async function requestBytes(path: string, encoding: string): Promise<{ encoding: string | undefined; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const sent = request(installation.url + path, { headers: { 'accept-encoding': encoding } }, async (response) => {
      const chunks = await response.toArray();
      resolve({ encoding: response.headers['content-encoding'], body: Buffer.concat(chunks) });
    });
    sent.on('error', reject).end();
  });
}
