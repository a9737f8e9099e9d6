import type { FastifyRequest } from 'fastify';
import type { HttpApp } from './http-app.ts';
import { parseJsonObject } from './parse-json-object.ts';
import type { HttpProblem } from './problem.ts';

/**
 * Reads every body as a JSON object, whatever `Content-Type` says and when it is missing: clients send JSON as
 * `text/plain`, since that is what `fetch` makes of a string. Where a route takes no body, what comes is ignored.
 */
export function readBodies(app: HttpApp): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    try {
      done(null, takesBody(request) ? parseJsonObject(bytes as Buffer) : {});
    } catch (error) {
      done(error as HttpProblem);
    }
  });
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    // Fastify chooses the parser by this field, and refuses one that is missing or malformed before it would ask us.
    raw.headers['content-type'] = 'application/json';
    done();
  });
}

function takesBody(request: FastifyRequest): boolean {
  return request.routeOptions.schema?.body !== undefined;
}
