import type { RouteOptions } from 'fastify';
import type { HttpApp } from './http-app.ts';
import type { HttpContext } from './http-context.ts';
import { HttpProblem } from './problem.ts';

/**
 * Answers 405 with `Allow` (RFC 9110 §15.5.6) where a path exists but not for the method.
 *
 * Called before the routes are registered, since it learns of them as they are.
 * @returns what adds the answers, to be called when all routes are registered.
 */
export function refuseMethods(app: HttpApp): (context: HttpContext) => void {
  const methods = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }: RouteOptions) => {
    const known = methods.get(url) ?? new Set();
    for (const one of [method].flat()) {
      known.add(one);
    }
    methods.set(url, known);
  });
  return (context) => {
    for (const [url, known] of [...methods].filter(([path]) => path !== '*')) {
      registerRefusal(app, context, url, known);
    }
  };
}

function registerRefusal(app: HttpApp, { rateLimits }: HttpContext, url: string, known: ReadonlySet<string>): void {
  const allow = [...known].sort().join(', ');
  app.route({
    url,
    method: app.supportedMethods.filter((method) => !known.has(method)),
    exposeHeadRoute: false,
    schema: { hide: true },
    // Before the body, which nobody will look at, is read.
    onRequest: async (request) => {
      await rateLimits.countAddress(request);
      throw new HttpProblem('method_not_allowed', { headers: { allow } });
    },
    handler: () => undefined,
  });
}
