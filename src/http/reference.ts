import { type Dashboard, registerDashboard, sendPage } from './dashboard-assets.ts';
import { formatOpenApi } from './describe-routes.ts';
import { registerDocs } from './docs/docs.ts';
import type { HttpApp } from './http-app.ts';
import type { HttpContext } from './http-context.ts';

/**
 * What tells a visitor where they are: the dashboard to a browser where there is one, a greeting to everything else, and the
 * description of the API, for people and for programs.
 */
export function registerReference(
  app: HttpApp,
  { rateLimits, version }: HttpContext,
  dashboard: Dashboard | undefined,
): void {
  app.addHook('onRequest', (request) => rateLimits.countAddress(request));
  const greeting = [
    `Taciturn ${version}: a TURN service.`,
    '',
    'API:       /docs, and for programs /openapi.json',
    'Readiness: /readyz',
    'Metrics:   /metrics',
    '',
  ].join('\n');
  app.get('/', { schema: { hide: true } }, (request, reply) => {
    if (dashboard !== undefined && request.headers.accept?.includes('text/html') === true) {
      return sendPage(request, reply, dashboard);
    }
    return reply.header('vary', 'accept').type('text/plain; charset=utf-8').send(greeting);
  });
  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) => {
    reply.type('application/json; charset=utf-8').send(formatOpenApi(app));
  });
  registerDocs(app);
  if (dashboard !== undefined) {
    registerDashboard(app, dashboard);
  }
}
