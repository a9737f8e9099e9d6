import type { FastifyError } from 'fastify';
import { ControlError, type ControlErrorCode, StoreError, type StoreErrorCode } from '../control/errors.ts';
import { TooManySignInsError } from '../control/people/too-many-sign-ins-error.ts';
import { PROBLEM_KINDS, type ProblemCode, type ProblemKind } from './problem-codes.ts';

export interface HttpProblemOptions extends ErrorOptions {
  /** Told to the caller instead of the kind's general description. */
  readonly description?: string;
  /** JSON pointer (RFC 6901) to the member of the body at fault. */
  readonly pointer?: string | undefined;
  /** Header fields of the answer, as `allow`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** For who is told nothing more exact. */
const RETRY_AFTER_SECONDS = 10;

/** What every answer of a status says beside its body. */
const STATUS_HEADERS: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  // Cloudflare's clients repeat a request that met a conflict, as if it were a lock that somebody else held.
  409: { 'x-should-retry': 'false' },
  429: { 'retry-after': String(RETRY_AFTER_SECONDS) },
};

/** A request that fails, in a way that both APIs can tell. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly code: ProblemCode;
  readonly kind: ProblemKind;
  readonly pointer: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, options: HttpProblemOptions = {}) {
    super(options.description ?? PROBLEM_KINDS[code].description, options);
    this.code = code;
    this.kind = PROBLEM_KINDS[code];
    this.pointer = options.pointer;
    this.headers = { ...STATUS_HEADERS[this.kind.status], ...options.headers };
  }
}

const CONTROL_PROBLEMS: Readonly<Record<ControlErrorCode, ProblemCode>> = {
  'invalid-ttl': 'invalid_ttl',
  'invalid-custom-identifier': 'invalid_custom_identifier',
  'invalid-issued-before': 'invalid_issued_before',
  'nothing-to-revoke': 'nothing_to_revoke',
  'invalid-name': 'invalid_name',
  'invalid-page': 'invalid_page',
  'account-not-found': 'unknown_account',
  'key-not-found': 'unknown_key',
  'username-not-found': 'unknown_username',
  'key-limit-reached': 'key_limit_reached',
  'permission-denied': 'forbidden',
  'token-not-found': 'unknown_token',
  'token-limit-reached': 'token_limit_reached',
  'account-limit-reached': 'account_limit_reached',
  'invalid-permissions': 'invalid_permissions',
  'invalid-overlap': 'invalid_overlap',
  'invalid-secret': 'invalid_secret',
  'secret-limit-reached': 'secret_limit_reached',
  'revocation-limit-reached': 'revocation_limit_reached',
  'secret-in-use': 'secret_in_use',
  'secret-not-found': 'unknown_secret',
  'invalid-expiry': 'invalid_expires_on',
  'invalid-limit': 'invalid_limit',
  'limit-above-account': 'limit_above_account',
  'invalid-query': 'invalid_query',
  'query-too-complex': 'invalid_query',
  'query-range-too-large': 'invalid_query',
  'usage-forgotten': 'invalid_query',
  'invalid-usage-range': 'invalid_usage_range',
  'allocation-not-found': 'unknown_allocation',
  'invalid-cursor': 'invalid_cursor',
  'invalid-filter': 'invalid_filter',
  'relay-unavailable': 'unavailable',
  'invalid-webhook-url': 'invalid_webhook_url',
  'invalid-webhook-events': 'invalid_webhook_events',
  'webhook-limit-reached': 'webhook_limit_reached',
  'webhook-not-found': 'unknown_webhook',
  'webhook-disabled': 'webhook_disabled',
  'invalid-expires-in': 'invalid_expires_in',
  'connection-test-limit-reached': 'connection_test_limit_reached',
  'connection-test-not-found': 'unknown_connection_test',
  'connection-test-ended': 'connection_test_ended',
  'connection-test-used-up': 'connection_test_used_up',
  'invalid-connection-test-result': 'invalid_connection_test_result',
  'invalid-email': 'invalid_email',
  'invalid-password': 'invalid_password',
  'invalid-roles': 'invalid_roles',
  'link-not-valid': 'link_not_valid',
  'setup-not-needed': 'setup_not_needed',
  'sign-in-failed': 'sign_in_failed',
  'too-many-sign-ins': 'too_many_sign_ins',
  'wrong-password': 'wrong_password',
  'last-owner': 'last_owner',
  'email-in-use': 'email_in_use',
  'person-not-found': 'unknown_person',
  'session-not-found': 'unknown_session',
  'passkey-not-found': 'unknown_passkey',
  'passkey-refused': 'passkey_refused',
  'people-limit-reached': 'people_limit_reached',
  'passkey-limit-reached': 'passkey_limit_reached',
  'passwords-busy': 'unavailable',
};

/** What an operator can cure, and a client may try again, is 503; a damaged database is not. */
const STORE_PROBLEMS: Readonly<Record<StoreErrorCode, ProblemCode>> = {
  'database-locked': 'unavailable',
  'folder-not-writable': 'unavailable',
  'disk-full': 'unavailable',
  'storage-failed': 'unavailable',
  'database-corrupt': 'internal_error',
  'schema-newer': 'internal_error',
};

/** The errors of the HTTP layers below us that are a client's fault, or nobody's. */
const FRAMEWORK_PROBLEMS: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_BAD_URL: 'invalid_request',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_request',
  FST_ERR_HANDLER_TIMEOUT: 'unavailable',
  FST_ERR_MAX_PARAM_LENGTH: 'unknown_route',
  ECONNRESET: 'invalid_request',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
};

/** Which problem a member of a route's body or query has when it does not match its schema, by the member's name. */
export type MemberProblems = Readonly<Record<string, ProblemCode>>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A member that is not here is told as part of an invalid body. */
    problems?: MemberProblems;
  }
}

/**
 * What an error, thrown anywhere while a request was answered, is to its client.
 *
 * @param problems those of the route that was called.
 */
export function toProblem(error: unknown, problems: MemberProblems = {}): HttpProblem {
  if (error instanceof HttpProblem) {
    return error;
  }
  if (error instanceof ControlError) {
    const { message: description, pointer, code } = error;
    const headers = error instanceof TooManySignInsError ? { 'retry-after': String(error.retryAfterSeconds) } : {};
    return new HttpProblem(CONTROL_PROBLEMS[code], { description, pointer, headers, cause: error });
  }
  if (error instanceof StoreError) {
    return new HttpProblem(STORE_PROBLEMS[error.code], { cause: error });
  }
  return toFrameworkProblem(error, problems);
}

function toFrameworkProblem(error: unknown, problems: MemberProblems): HttpProblem {
  const { code, validation, validationContext } = (error ?? {}) as Partial<FastifyError>;
  if (validation !== undefined) {
    const [, member = ''] = (validation[0]?.instancePath ?? '').split('/');
    const problem = (Object.hasOwn(problems, member) && problems[member]) || 'invalid_body';
    const pointer = validationContext === 'body' && member !== '' ? `/${member}` : undefined;
    return new HttpProblem(problem, { pointer });
  }
  return new HttpProblem(FRAMEWORK_PROBLEMS[code ?? ''] ?? 'internal_error', { cause: error });
}

/** The body of the credential API's failures. */
export interface ErrorBody {
  readonly errorCode: ProblemCode;
  readonly errorDescription: string;
}

/** The body of the management API's failures: Cloudflare's envelope. */
export interface ErrorEnvelope {
  readonly success: false;
  readonly errors: readonly [EnvelopeError];
  readonly messages: readonly [];
  readonly result: null;
}

export interface EnvelopeError {
  readonly code: number;
  readonly message: string;
  readonly error_chain?: readonly EnvelopeError[];
  readonly source?: { readonly pointer: string };
}

/** Paths below it speak Cloudflare's envelope; all others the credential API's errors. */
export const ENVELOPE_BASE = '/client/v4';

/**
 * The body that tells `problem` to the caller of `target`, in the format of the API that its path belongs to.
 *
 * @param target a route's pattern, or a request's target, which may also be a whole URL (RFC 9112 §3.2.2).
 */
export function formatProblem(problem: HttpProblem, target: string): ErrorBody | ErrorEnvelope {
  const path = target.replace(/^https?:\/\/[^/]*/i, '').split(/[?#]/, 1)[0] as string;
  if (path !== ENVELOPE_BASE && !path.startsWith(`${ENVELOPE_BASE}/`)) {
    return { errorCode: problem.code, errorDescription: problem.message };
  }
  return { success: false, errors: [formatEnvelopeError(problem)], messages: [], result: null };
}

function formatEnvelopeError({ code, kind, message, pointer }: HttpProblem): EnvelopeError {
  const error = { code: kind.envelopeCode, message };
  if (code === 'malformed_authorization') {
    return { ...error, error_chain: [{ code: 6111, message: 'Invalid format for Authorization header' }] };
  }
  return pointer === undefined ? error : { ...error, source: { pointer } };
}
