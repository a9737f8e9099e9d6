import { assert } from '../base/assert.ts';
import { USERNAME_BYTES_MAX } from '../base/limits.ts';

/** What one HTTP listener takes from its clients. Each number has a default; `createHttpServer` takes others. */
export interface HttpLimits {
  /** Bytes of a request's body; more is answered 413. */
  readonly bodyBytes: number;
  /** Bytes of a request's line and header fields; more is answered 431. */
  readonly headerBytes: number;
  /** Characters of one part of a path, as it was sent; more is answered 404. */
  readonly pathPartCharacters: number;
  /** From the start of a request to the end of its header, and of its body: a slower client is answered 408. */
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** From the end of a request to its answer; then it is answered 503. */
  readonly answerTimeoutMs: number;
  /** How long an idle connection stays open: longer than the 60 s of common load balancers, so that they close first. */
  readonly idleTimeoutMs: number;
  /** How long a closing server waits for answers that are under way. */
  readonly closeTimeoutMs: number;
  /** Open connections; the next one is closed at once. */
  readonly connections: number;
  /** Requests with a valid token, for each token; 0 is no limit. Beyond it: 429. */
  readonly requestsPerTokenPerMinute: number;
  /** Requests without a valid token, for each client address; 0 is no limit. They delay nobody who has a valid token. */
  readonly requestsPerAddressPerMinute: number;
  /** Tokens, and addresses, whose requests are counted at a time; the one unused for longest is forgotten. */
  readonly countedClients: number;
}

export const HTTP_LIMITS_DEFAULT: HttpLimits = {
  bodyBytes: 64 * 1024,
  headerBytes: 16 * 1024,
  pathPartCharacters: 2048,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  answerTimeoutMs: 30_000,
  idleTimeoutMs: 72_000,
  closeTimeoutMs: 5_000,
  connections: 10_000,
  requestsPerTokenPerMinute: 600_000,
  requestsPerAddressPerMinute: 600,
  countedClients: 10_000,
};

/** Completes `limits` with the defaults, and asserts how they relate. */
export function resolveHttpLimits(limits: Partial<HttpLimits> = {}): HttpLimits {
  const all = { ...HTTP_LIMITS_DEFAULT, ...limits };
  assert(all.headersTimeoutMs <= all.requestTimeoutMs, 'a header is complete before its request is');
  assert(all.pathPartCharacters >= 3 * USERNAME_BYTES_MAX, 'the longest username fits a path, each byte as %XX');
  assert(all.pathPartCharacters < all.headerBytes, 'the longest part of a path fits a header');
  return all;
}
