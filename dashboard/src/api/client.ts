import type { paths } from '../../build/api-types.ts';
import { ApiError, type ProblemBody } from './api-error.ts';

const BASE = '/client/v4';

type Method = 'get' | 'post' | 'put' | 'delete';
type Operation<Path extends keyof paths, Verb extends Method> = Verb extends keyof paths[Path]
  ? paths[Path][Verb]
  : never;
type Answer<Responses> = Responses extends { 200: { content: { 'application/json': infer Body } } }
  ? Body
  : Responses extends { 201: { content: { 'application/json': infer Body } } }
    ? Body
    : undefined;

/** The body that a call answers, as the description of the API has it. */
export type AnswerOf<Path extends keyof paths, Verb extends Method> =
  Operation<Path, Verb> extends { responses: infer Responses } ? Answer<Responses> : never;

/** What an enveloped answer is about. */
export type ResultOf<Path extends keyof paths, Verb extends Method> =
  AnswerOf<Path, Verb> extends { result: infer Result } ? Result : never;

type QueryOf<Path extends keyof paths, Verb extends Method> =
  Operation<Path, Verb> extends { parameters: { query?: infer Query } } ? Query : never;
type BodyOf<Path extends keyof paths, Verb extends Method> =
  Operation<Path, Verb> extends { requestBody?: { content: { 'application/json': infer Body } } } ? Body : never;

export interface CallOptions<Query, Body> {
  /** What stands in braces in the path. */
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Query;
  readonly body?: Body;
  readonly signal?: AbortSignal;
}

/** What the service makes the page prove that it is the page: told with the session, and kept in memory alone. */
let csrfToken: string | undefined;

export function rememberCsrfToken(token: string | undefined): void {
  csrfToken = token;
}

/**
 * Calls the API as the signed-in person, and resolves with the body of the answer.
 * @throws {ApiError} with what the service said, or with the status 0 when it could not be reached.
 */
export async function callApi<Path extends keyof paths, Verb extends Method>(
  verb: Verb,
  path: Path,
  options: CallOptions<QueryOf<Path, Verb>, BodyOf<Path, Verb>> = {},
): Promise<AnswerOf<Path, Verb>> {
  const target = fillPath(path as string, options.params ?? {}) + formatQuery(options.query as object | undefined);
  return (await send(verb, target, options.body, options.signal)) as AnswerOf<Path, Verb>;
}

/** `/a/{b}` with what `b` is, so escaped that it stays one part of the path. */
export function fillPath(path: string, params: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(params[name] ?? ''));
}

/** One call whose path is below `/client/v4`, for what the description does not type. */
export async function send(verb: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<unknown> {
  const target = path.startsWith(BASE) ? path : BASE + path;
  let response: Response;
  try {
    response = await fetch(target, {
      method: verb.toUpperCase(),
      credentials: 'same-origin',
      headers: {
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(csrfToken === undefined || verb === 'get' ? {} : { 'X-CSRF-Token': csrfToken }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    throw error instanceof DOMException ? error : ApiError.unreachable();
  }
  const answer = await readJson(response);
  if (!response.ok) {
    throw ApiError.of(response.status, answer as ProblemBody | undefined);
  }
  return answer;
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function formatQuery(query: object | undefined): string {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== '');
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs.map(([name, value]) => [name, String(value)]))}`;
}
