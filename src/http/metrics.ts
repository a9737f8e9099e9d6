import { Type } from 'typebox';
import type { HttpApp } from './http-app.ts';
import type { HttpContext } from './http-context.ts';

/** What tells operators and their tools how the service does. Never rate limited. */
export function registerMetrics(app: HttpApp, { metrics }: HttpContext): void {
  app.get(
    '/metrics',
    {
      schema: {
        tags: ['Operation'],
        operationId: 'readMetrics',
        summary: 'Metrics for Prometheus',
        response: { 200: { description: 'The text format.', content: { 'text/plain': { schema: Type.String() } } } },
      },
    },
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.readText()),
  );
}
