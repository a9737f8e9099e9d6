import { readdir, readFile } from 'node:fs/promises';
import type { Clock, Instant, UnixMs } from '../../src/base/clock.ts';
import { SeededRandom } from '../../src/base/seeded-random.ts';
import { type HttpInstallation, startHttpInstallation } from './http-installation.ts';

/** One file of `api/examples`. They are replayed in the order of their names against one installation. */
export interface ApiExample {
  readonly summary: string;
  readonly request: ExampleRequest;
  readonly response: ExampleResponse;
}

export interface ExampleRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface ExampleResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Where the examples lie. */
export const EXAMPLES_FOLDER = new URL('../../api/examples/', import.meta.url);

/** Header fields that an example shows, where the answer has them. */
const SHOWN_HEADERS = ['content-type', 'credential-expires', 'www-authenticate', 'allow', 'set-cookie'];

const FIRST_MOMENT = Date.UTC(2026, 0, 31, 12);
const SEED = 1;

/** An installation in which the same requests get the same answers: its time and its randomness are made up. */
export interface ExampleInstallation {
  readonly installation: HttpInstallation;
  /** Sends a request, a second after the one before. */
  answer(request: ExampleRequest): Promise<ExampleResponse>;
}

export async function startExampleInstallation(): Promise<ExampleInstallation> {
  let elapsedMs = 0;
  const clock: Clock = {
    now: () => elapsedMs as Instant,
    unixNow: () => (FIRST_MOMENT + elapsedMs) as UnixMs,
  };
  const installation = await startHttpInstallation({ clock, random: new SeededRandom(SEED) });
  return {
    installation,
    answer: (request) => {
      elapsedMs += 1000;
      return answer(installation.url, request);
    },
  };
}

/** Every example with the name of its file, in order. */
export async function readExamples(): Promise<readonly { readonly name: string; readonly example: ApiExample }[]> {
  const names = (await readdir(EXAMPLES_FOLDER)).filter((name) => name.endsWith('.json')).sort();
  const read = async (name: string) => {
    const example = JSON.parse(await readFile(new URL(name, EXAMPLES_FOLDER), 'utf8')) as ApiExample;
    return { name, example };
  };
  return Promise.all(names.map(read));
}

async function answer(url: string, { method, path, headers = {}, body }: ExampleRequest): Promise<ExampleResponse> {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(url + path, { method, headers, ...content });
  const shown = SHOWN_HEADERS.map((name) => [name, response.headers.get(name)] as const);
  const text = await response.text();
  return {
    status: response.status,
    headers: Object.fromEntries(shown.filter((field): field is [string, string] => field[1] !== null)),
    ...(text === '' ? {} : { body: JSON.parse(text) as unknown }),
  };
}
