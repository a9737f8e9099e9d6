import { formatOpenApi } from './describe-routes.ts';
import { registerDocs } from './docs/docs.ts';
import type { HttpApp } from './http-app.ts';
import type { HttpContext } from './http-context.ts';

/** What tells a visitor where they are: a greeting, and the description of the API, for people and for programs. */
export function registerReference(app: HttpApp, { rateLimits, version }: HttpContext): void {
  app.addHook('onRequest', (request) => rateLimits.countAddress(request));
  const greeting = [
    `Taciturn ${version}: a TURN service.`,
    '',
    'API:       /docs, and for programs /openapi.json',
    'Readiness: /readyz',
    'Metrics:   /metrics',
    '',
  ].join('\n');
  app.get('/', { schema: { hide: true } }, (_request, reply) => {
    reply.type('text/plain; charset=utf-8').send(greeting);
  });
  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) => {
    reply.type('application/json; charset=utf-8').send(formatOpenApi(app));
  });
  registerDocs(app);
}
