import type { FastifyRequest } from 'fastify';
import type { HttpApp } from './http-app.ts';
import { parseJsonObject } from './parse-json-object.ts';

/**
 * Reads every body as a JSON object, whatever `Content-Type` says and when it is missing: clients send JSON as
 * `text/plain`, since that is what `fetch` makes of a string. Where a route takes no body, what comes is ignored.
 */
export function readBodies(app: HttpApp): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (request: FastifyRequest, bytes: Buffer) =>
    request.routeOptions.schema?.body === undefined ? {} : parseJsonObject(bytes),
  );
  app.addHook('onRequest', async ({ raw }) => {
    // Fastify chooses the parser by this field, and refuses one that is missing or malformed before it would ask us.
    raw.headers['content-type'] = 'application/json';
  });
}
