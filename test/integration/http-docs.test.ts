import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PROBLEM_KINDS } from '../../src/http/problem-codes.ts';
import { readExamples } from '../support/api-example.ts';
import { type HttpInstallation, startHttpInstallation } from '../support/http-installation.ts';

interface Described {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string }[];
  readonly responses: Readonly<Record<string, unknown>>;
}

let installation: HttpInstallation;
let page: string;
let headers: Headers;

before(async () => {
  installation = await startHttpInstallation();
  const response = await fetch(`${installation.url}/docs`);
  assert.equal(response.status, 200);
  ({ headers } = response);
  page = await response.text();
});

after(() => installation.stop());

/** The article of an operation. */
function findArticle(operationId: string): string {
  const start = page.indexOf(`<article id="${operationId}"`);
  assert.notEqual(start, -1, operationId);
  return page.slice(start, page.indexOf('</article>', start));
}

test('every operation is there, with its parameters and its answers', () => {
  const { paths } = JSON.parse(installation.openApi) as { paths: Record<string, Record<string, Described>> };
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
  assert.ok(operations.length > 20);
  for (const { operationId, parameters = [], responses } of operations) {
    const article = findArticle(operationId);
    for (const { name } of parameters) {
      assert.ok(article.includes(`<code>${name}</code>`), `${operationId}: ${name}`);
    }
    for (const status of Object.keys(responses)) {
      assert.match(article, new RegExp(`<span class="status s\\d">${status}</span>`), `${operationId}: ${status}`);
    }
    assert.ok(page.includes(`<a href="#${operationId}">`), `${operationId} is in the contents`);
  }
  assert.equal(page.split('<article ').length - 1, operations.length);
});

test('every example stands with its operation', async () => {
  const examples = (await readExamples()).filter(({ example }) => example.response.status !== 405);
  for (const { name, example } of examples) {
    assert.ok(page.includes(`${example.request.method} ${example.request.path.replaceAll('&', '&amp;')}`), name);
  }
  assert.equal(page.split('<details class="example">').length - 1, examples.length);
  const article = findArticle('createKey');
  assert.match(article, /POST \/client\/v4\/accounts\/default\/calls\/turn_keys\nauthorization: Bearer a+\n/);
  assert.match(
    article,
    /201 Created\ncontent-type: application\/json; charset=utf-8\n\n\{\n {2}&quot;success&quot;: true,/,
  );
});

test('every error code is there, under its status', () => {
  for (const [name, { status, envelopeCode }] of Object.entries(PROBLEM_KINDS)) {
    const section = page.slice(page.indexOf(`id="status-${status}"`)).split('</ul>', 1)[0] ?? '';
    assert.ok(section.includes(`<code>${name}</code> <span class="type">${envelopeCode}</span>`), name);
  }
});

test('each link leads somewhere in the page, or to a path of the service', () => {
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  assert.equal(new Set(ids).size, ids.length, 'no identifier is given twice');
  for (const [, target = ''] of page.matchAll(/ href="([^"]+)"/g)) {
    const leads = target.startsWith('#')
      ? ids.includes(target.slice(1))
      : ['docs/reference.css', 'openapi.json'].includes(target);
    assert.ok(leads, target);
  }
});

test('nothing runs in the page, and nothing of it lies elsewhere', async () => {
  assert.equal(headers.get('content-type'), 'text/html; charset=utf-8');
  assert.equal(
    headers.get('content-security-policy'),
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  assert.doesNotMatch(page, /<script|<iframe|<img|<style| style=| on\w+=| src=/i);
  const style = await fetch(`${installation.url}/docs/reference.css`);
  assert.deepEqual([style.status, style.headers.get('content-type')], [200, 'text/css; charset=utf-8']);
  assert.doesNotMatch(await style.text(), /url\(|@import|https?:/);
});

test('the greeting leads to it', async () => {
  assert.match(await (await fetch(installation.url)).text(), /\/docs/);
});
