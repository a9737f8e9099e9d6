import { readdir, readFile } from 'node:fs/promises';
import { formatOpenApi } from '../describe-routes.ts';
import type { HttpApp } from '../http-app.ts';
import type { OpenApiDocument } from './openapi-document.ts';
import type { RecordedExample } from './recorded-example.ts';
import { renderReference } from './render-reference.ts';

/** Beside the sources and beside the build alike. */
const API_FOLDER = new URL('../../../api/', import.meta.url);

/** A page of text and one style sheet of ours: it runs nothing, loads nothing else, and sends nothing anywhere. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The reference for people. It is made at its first request, from the description and the recorded examples. */
export function registerDocs(app: HttpApp): void {
  let page: Promise<string> | undefined;
  const policy = { 'content-security-policy': CONTENT_SECURITY_POLICY };
  app.get('/docs', { schema: { hide: true } }, async (_request, reply) => {
    page ??= makePage(app).catch((error: unknown) => {
      page = undefined;
      throw error;
    });
    return reply
      .headers(policy)
      .type('text/html; charset=utf-8')
      .send(await page);
  });
  app.get('/docs/reference.css', { schema: { hide: true } }, async (_request, reply) =>
    reply
      .headers(policy)
      .type('text/css; charset=utf-8')
      .send(await readFile(new URL('reference.css', API_FOLDER), 'utf8')),
  );
}

async function makePage(app: HttpApp): Promise<string> {
  const document = JSON.parse(formatOpenApi(app)) as OpenApiDocument;
  return renderReference(document, await readExamples());
}

async function readExamples(): Promise<readonly RecordedExample[]> {
  const folder = new URL('examples/', API_FOLDER);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    names.map(async (name) => JSON.parse(await readFile(new URL(name, folder), 'utf8')) as RecordedExample),
  );
}
