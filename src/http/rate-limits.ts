import rateLimit, { type RateLimitOptions } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import type { HttpApp } from './http-app.ts';
import type { HttpLimits } from './http-limits.ts';
import { HttpProblem } from './problem.ts';

/**
 * Counts requests, and ends one that is too many with 429 and `Retry-After`.
 *
 * Requests with a valid token are counted by token, all others by address: somebody who guesses tokens, or a proxy
 * behind which many clients share an address, delays nobody whose token is valid.
 */
export interface RateLimits {
  /** @throws {HttpProblem} `too_many_requests`. */
  countToken(request: FastifyRequest, tokenName: string): Promise<void>;
  /** @throws {HttpProblem} `too_many_requests`. */
  countAddress(request: FastifyRequest): Promise<void>;
}

const WINDOW_MS = 60_000;
/** Who has one address of IPv6 has as many as they like of its /64 (RFC 6177 §2), so all of these are one client. */
const IPV6_CLIENT_BITS = 64;

/** Makes the counters of one server. */
export async function createRateLimits(app: HttpApp, limits: HttpLimits): Promise<RateLimits> {
  await app.register(rateLimit, { global: false, ipv6Subnet: IPV6_CLIENT_BITS });
  const tokenNames = new WeakMap<FastifyRequest, string>();
  const count = (max: number, options: RateLimitOptions) => {
    // `cache` is passed through to the store, though the type of `createRateLimit` does not say so.
    const settings: RateLimitOptions = { timeWindow: WINDOW_MS, cache: limits.countedClients, max, ...options };
    const limiter = app.createRateLimit(settings);
    return async (request: FastifyRequest) => (max === 0 ? undefined : refuseExcess(await limiter(request)));
  };
  const countToken = count(limits.requestsPerTokenPerMinute, {
    keyGenerator: (request) => tokenNames.get(request) ?? '',
  });
  return {
    countAddress: count(limits.requestsPerAddressPerMinute, {}),
    countToken: (request, tokenName) => {
      tokenNames.set(request, tokenName);
      return countToken(request);
    },
  };
}

type RateLimitResult = Awaited<ReturnType<ReturnType<HttpApp['createRateLimit']>>>;

function refuseExcess(result: RateLimitResult): void {
  if (!result.isAllowed && result.isExceeded) {
    throw new HttpProblem('too_many_requests', { headers: { 'retry-after': String(result.ttlInSeconds) } });
  }
}
