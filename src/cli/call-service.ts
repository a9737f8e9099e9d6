import { CliError } from './cli-error.ts';
import type { ServiceToken } from './service-options.ts';

export interface ServiceRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly token: ServiceToken;
  readonly body?: object;
}

/**
 * Asks the running service; resolves with the body of a success, undefined when it has none.
 * @throws {CliError} that says what the service refused, or that it cannot be reached.
 */
export async function callService({ method, url, token, body }: ServiceRequest): Promise<unknown> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${token.text}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(30_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    text = await response.text();
  } catch (error) {
    throw new CliError(`The service at ${new URL(url).origin} cannot be reached (${describeCause(error)}).`);
  }
  const answer = parseJson(text);
  const refusal = readRefusal(answer);
  if (response.ok && (text === '' || answer !== undefined)) {
    return answer;
  }
  if (response.status === 401) {
    throw new CliError(
      `The service at ${new URL(url).origin} refused (401) ${token.name}; compare it with what was printed when it was made.`,
      refusal?.code,
    );
  }
  throw new CliError(
    `The service refused (${response.status}): ${refusal?.message ?? response.statusText}`,
    refusal?.code,
  );
}

/** fetch says "fetch failed", and the reason in the cause. */
function describeCause(error: unknown): string {
  const cause = (error as Error).cause ?? error;
  const { code, message } = cause as { code?: string; message?: string };
  if (code === 'ECONNREFUSED') {
    return 'nothing listens there';
  }
  // OpenSSL's own words tell of record versions.
  return code === 'EPROTO' || code?.startsWith('ERR_SSL_') === true
    ? 'what listens there does not speak TLS: write http:// for a service without a proxy in front of it'
    : message || code || String(cause);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The sentence of an error of either API, and its code. */
function readRefusal(answer: unknown): { readonly message?: string; readonly code?: number | string } | undefined {
  if (typeof answer !== 'object' || answer === null) {
    return undefined;
  }
  const { errorCode, errorDescription, errors } = answer as {
    errorCode?: string;
    errorDescription?: string;
    errors?: readonly { readonly code?: number; readonly message?: string }[];
  };
  return errorDescription === undefined
    ? errors?.[0]
    : { message: errorDescription, ...(errorCode === undefined ? {} : { code: errorCode }) };
}
