import type { LimitName } from '../../contract/limits.ts';
import { limitFieldOf } from '../../control/limit-fields.ts';
import { type LimitsReading, readLimits } from '../../control/read-limits.ts';
import type { LimitPath } from '../../control/require-limit-holder.ts';
import { formatRfc3339 } from '../../control/rfc3339.ts';
import { resetLimits, setLimits } from '../../control/set-limits.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpContext } from '../http-context.ts';
import type { Access } from './authorize-management.ts';
import { describeEnvelope, wrapResult } from './envelope.ts';
import { describeEnvelopeErrors } from './error-schemas.ts';
import { identifyActor } from './identify-actor.ts';
import { accountKeyParams, accountParams } from './key-schemas.ts';
import { describeLimitBody, describeLimitsReading } from './limit-schemas.ts';

/** The routes of one kind of holder. */
interface LimitRoutes {
  readonly kind: 'account' | 'key';
  readonly url: string;
  readonly params: typeof accountParams | typeof accountKeyParams;
  /** An account must not lift what the installation has set for it. */
  readonly writing: Access;
  readonly name: string;
}

const ROUTES: readonly LimitRoutes[] = [
  {
    kind: 'account',
    url: '/accounts/:accountId/calls/limits',
    params: accountParams,
    writing: 'installation',
    name: 'an account',
  },
  {
    kind: 'key',
    url: '/accounts/:accountId/calls/turn_keys/:keyUid/limits',
    params: accountKeyParams,
    writing: 'Calls Write',
    name: 'a TURN key',
  },
];

/** Limits that accounts and TURN keys have of their own. */
export function registerLimits(app: HttpApp, context: HttpContext): void {
  for (const routes of ROUTES) {
    registerRoutesOf(app, context, routes);
  }
}

function registerRoutesOf(
  app: HttpApp,
  { control }: HttpContext,
  { kind, url, params, writing, name }: LimitRoutes,
): void {
  const suffix = kind === 'account' ? 'AccountLimits' : 'KeyLimits';
  const schema = {
    tags: ['Limits'],
    security: [{ accountToken: [] }],
    params,
    response: {
      200: describeEnvelope(describeLimitsReading(kind), 'The limits, and where each comes from.'),
      ...describeEnvelopeErrors(401, 403, 404),
    },
  };

  app.get(
    url,
    {
      config: { access: 'Calls Read' },
      schema: { ...schema, operationId: `read${suffix}`, summary: `Read the limits of ${name}` },
    },
    async (request) => wrapResult(formatLimits(await readLimits(control, request.params as LimitPath))),
  );

  app.put(
    url,
    {
      config: { access: writing },
      schema: {
        ...schema,
        operationId: `set${suffix}`,
        summary: `Set limits of ${name}`,
        description:
          'Limits that are not named stay, and null gives one up. They hold for live allocations within a second; a ' +
          'quota that is lowered ends none.',
        body: describeLimitBody(kind),
        response: { ...schema.response, ...describeEnvelopeErrors(400, 413) },
      },
    },
    async (request) => {
      const input = request.body as Record<string, unknown>;
      const reading = await setLimits(control, identifyActor(request), request.params as LimitPath, input);
      return wrapResult(formatLimits(reading));
    },
  );

  app.delete(
    url,
    {
      config: { access: writing },
      schema: { ...schema, operationId: `reset${suffix}`, summary: `Give up all limits of ${name}` },
    },
    async (request) =>
      wrapResult(formatLimits(await resetLimits(control, identifyActor(request), request.params as LimitPath))),
  );
}

function formatLimits({ limits, month, monthEgressBytes, isBlocked }: LimitsReading) {
  const fields = Object.entries(limits).map(([name, limit]) => [limitFieldOf(name as LimitName), limit]);
  return {
    limits: Object.fromEntries(fields),
    month: formatRfc3339(month),
    month_egress_bytes: monthEgressBytes,
    is_blocked: isBlocked,
  };
}
