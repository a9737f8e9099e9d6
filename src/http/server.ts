import type { AddressInfo } from 'node:net';
import cors from '@fastify/cors';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { type FastifyHttpOptions, fastify, type RawServerDefault } from 'fastify';
import type { Logger } from '../observe/logger.ts';
import { registerAnalytics } from './analytics/analytics.ts';
import { registerUsageExport } from './analytics/usage-export.ts';
import { answerClientError, answerProblem, answerProblems } from './answer-problems.ts';
import { registerAccountCredentials } from './cloudflare/account-credentials.ts';
import { registerAccounts } from './cloudflare/accounts.ts';
import { registerAllocations } from './cloudflare/allocations.ts';
import { registerAuditLogs } from './cloudflare/audit-logs.ts';
import { authenticateManagement, noteTokenUse } from './cloudflare/authenticate-management.ts';
import { authorizeManagement } from './cloudflare/authorize-management.ts';
import { registerConnectionTestLinks } from './cloudflare/connection-test-links.ts';
import { registerConnectionTests } from './cloudflare/connection-tests.ts';
import { CREDENTIALS_BASE, registerCredentials } from './cloudflare/credentials.ts';
import { registerDeniedPeers } from './cloudflare/denied-peers.ts';
import { addErrorSchemas } from './cloudflare/error-schemas.ts';
import { registerKeys } from './cloudflare/keys.ts';
import { registerLimits } from './cloudflare/limits.ts';
import { registerLiveAccount } from './cloudflare/live-account.ts';
import { registerNodes } from './cloudflare/nodes.ts';
import { registerPermissionGroups } from './cloudflare/permission-groups.ts';
import { registerSharedSecrets } from './cloudflare/shared-secrets.ts';
import { registerTokens } from './cloudflare/tokens.ts';
import { registerVerifyToken } from './cloudflare/verify-token.ts';
import { registerWebhooks } from './cloudflare/webhooks.ts';
import { compileValidator } from './compile-validator.ts';
import { loadDashboard } from './dashboard-assets.ts';
import { describeRoutes, formatOpenApi } from './describe-routes.ts';
import { registerHealth } from './health.ts';
import type { HttpApp } from './http-app.ts';
import type { HttpContext } from './http-context.ts';
import { type HttpLimits, resolveHttpLimits } from './http-limits.ts';
import { LiveStreams } from './live/live-streams.ts';
import { registerMetrics } from './metrics.ts';
import { registerOwnPerson } from './people/own-person.ts';
import { registerPeople } from './people/people.ts';
import { registerSession } from './people/session.ts';
import { registerSetup } from './people/setup.ts';
import { ENVELOPE_BASE } from './problem.ts';
import { createRateLimits } from './rate-limits.ts';
import { readBodies } from './read-bodies.ts';
import { registerReference } from './reference.ts';
import { refuseMethods } from './refuse-methods.ts';
import { STANDARD_HEADERS } from './standard-headers.ts';
import { registerTurnRest } from './turn-rest.ts';

export interface HttpServerOptions extends Omit<HttpContext, 'rateLimits'> {
  readonly log: Logger;
  /** Replaces the defaults of `HTTP_LIMITS_DEFAULT`. */
  readonly limits?: Partial<HttpLimits>;
  /** Origins whose pages may call the API, or `*`; none by default, since tokens belong on servers. */
  readonly corsOrigins?: readonly string[];
  /** Whether the peer of a connection is a reverse proxy of ours, whose `X-Forwarded-For` names the client. */
  readonly isTrustedProxy?: (address: string) => boolean;
  /** Whether a browser is given the dashboard, where it was built. */
  readonly hasDashboard?: boolean;
  /** Everything unless it says otherwise; with `credentials`, what back ends and load balancers call, and 404 for the rest. */
  readonly serves?: 'everything' | 'credentials';
}

export interface HttpListenAddress {
  /** An IP address without brackets, or a host name. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

export interface HttpServer {
  /**
   * Binds one address.
   * @returns the address that was bound.
   * @throws the system's error, as `EADDRINUSE` or `EACCES`.
   */
  listen(address: HttpListenAddress): Promise<HttpListenAddress>;
  /** Stops accepting, waits a few seconds for answers that are under way, and closes every connection. */
  close(): Promise<void>;
  /** The OpenAPI description, as `/openapi.json` serves it. */
  readonly openApi: string;
}

/** Makes the HTTP server of the process with all its routes; it listens to nothing yet. */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const limits = resolveHttpLimits(options.limits);
  const app = await loadHttpApp(options, limits);
  return {
    openApi: formatOpenApi(app),
    listen: async ({ host, port }) => {
      await app.listen({ host, port });
      const bound = app.server.address() as AddressInfo;
      return { host: bound.address, port: bound.port };
    },
    close: async () => {
      const force = setTimeout(() => app.server.closeAllConnections(), limits.closeTimeoutMs);
      await app.close();
      clearTimeout(force);
    },
  };
}

async function loadHttpApp(options: HttpServerOptions, limits: HttpLimits): Promise<HttpApp> {
  const app: HttpApp = fastify(describeFastify(options, limits)).withTypeProvider<TypeBoxTypeProvider>();
  app.server.maxConnections = limits.connections;
  app.setValidatorCompiler(compileValidator);
  app.addHook('onRoute', (route) => {
    // Watching the time costs an `AbortController` and a timer for each request: more than issuing a credential does.
    if (route.config?.waitsForNothing !== true) {
      route.handlerTimeout ??= limits.answerTimeoutMs;
    }
  });
  await describeRoutes(app, options.version);
  addErrorSchemas(app);
  const context: HttpContext = { ...options, rateLimits: await createRateLimits(app, limits) };
  await registerHooks(app, options);
  answerProblems(app, context, options.log);
  await registerRoutes(app, context, options);
  await app.ready();
  return app;
}

function describeFastify(
  { log, isTrustedProxy }: HttpServerOptions,
  limits: HttpLimits,
): FastifyHttpOptions<RawServerDefault> {
  return {
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.idleTimeoutMs,
    routerOptions: { maxParamLength: limits.pathPartCharacters },
    http: {
      headersTimeout: limits.headersTimeoutMs,
      maxHeaderSize: limits.headerBytes,
      connectionsCheckingInterval: Math.min(limits.headersTimeoutMs, 5_000),
    },
    // Requests that are under way while the server closes are still answered.
    return503OnClosing: false,
    trustProxy: isTrustedProxy ?? false,
    frameworkErrors: (error, request, reply) => answerProblem(error, request, reply.headers(STANDARD_HEADERS), log),
    clientErrorHandler: answerClientError,
  };
}

async function registerHooks(app: HttpApp, { corsOrigins = [], metrics, log }: HttpServerOptions): Promise<void> {
  // Hooks that call back: a promise for each of them is a good part of what an answer costs.
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(STANDARD_HEADERS);
    done();
  });
  app.addHook('onResponse', (request, { statusCode, elapsedTime }, done) => {
    const { method, ip: clientAddress } = request;
    const route = request.routeOptions.url ?? 'unknown';
    metrics.observeRequest({ method, route, status: statusCode, seconds: elapsedTime / 1000 });
    log.debug({ method, route, status: statusCode, clientAddress }, 'answered an HTTP request');
    done();
  });
  if (corsOrigins.length > 0) {
    await app.register(cors, {
      origin: [...corsOrigins],
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
      allowedHeaders: ['Authorization', 'Content-Type'],
      exposedHeaders: ['Credential-Expires', 'Retry-After'],
      maxAge: 600,
      strictPreflight: false,
    });
  }
  readBodies(app);
}

async function registerRoutes(
  app: HttpApp,
  context: HttpContext,
  { serves = 'everything', hasDashboard = false }: HttpServerOptions,
): Promise<void> {
  const refuseOtherMethods = refuseMethods(app);
  registerHealth(app, context);
  await registerScope(app, '', (scope) => registerTurnRest(scope, context));
  await registerScope(app, CREDENTIALS_BASE, (scope) => registerCredentials(scope, context));
  if (serves === 'everything') {
    registerMetrics(app, context);
    const dashboard = hasDashboard ? await loadDashboard() : undefined;
    await registerScope(app, '', (scope) => registerReference(scope, context, dashboard));
    await registerScope(app, ENVELOPE_BASE, (scope) => registerManagement(scope, context));
  }
  refuseOtherMethods(context);
}

/** Registers routes below `prefix`, whose hooks are theirs alone. */
async function registerScope(app: HttpApp, prefix: string, register: (scope: HttpApp) => void): Promise<void> {
  const plugin = (scope: HttpApp, _options: object, done: () => void) => {
    register(scope);
    done();
  };
  await app.register(plugin, { prefix });
}

function registerManagement(app: HttpApp, context: HttpContext): void {
  const streams = new LiveStreams(context);
  app.addHook('preClose', async () => streams.close());
  app.decorateRequest('principal', null);
  app.addHook('onRequest', (request) => authenticateManagement(request, context));
  app.addHook('onResponse', async (request) => noteTokenUse(request, context));
  authorizeManagement(app);
  registerKeys(app, context);
  registerAccountCredentials(app, context);
  registerDeniedPeers(app, context);
  registerSharedSecrets(app, context);
  registerAccounts(app, context);
  registerTokens(app, context);
  registerPermissionGroups(app, context);
  registerAuditLogs(app, context);
  registerLimits(app, context);
  registerNodes(app, context);
  registerVerifyToken(app);
  registerAllocations(app, context, streams);
  registerLiveAccount(app, context, streams);
  registerConnectionTests(app, context);
  registerConnectionTestLinks(app, context);
  registerWebhooks(app, context);
  registerAnalytics(app, context);
  registerUsageExport(app, context);
  registerSetup(app, context);
  registerSession(app, context);
  registerPeople(app, context);
  registerOwnPerson(app, context);
}
