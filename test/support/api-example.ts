import { readdir, readFile } from 'node:fs/promises';
import type { Clock, Instant, UnixMs } from '../../src/base/clock.ts';
import { SeededRandom } from '../../src/base/seeded-random.ts';
import type { AccountId } from '../../src/contract/ids.ts';
import { createKey } from '../../src/control/create-key.ts';
import { issueCredential } from '../../src/control/issue-credential.ts';
import type { ControlPorts } from '../../src/control/ports.ts';
import { recordUsage } from '../../src/control/record-usage.ts';
import type { RecordedExample } from '../../src/http/docs/recorded-example.ts';
import { ExampleRelay } from './example-relay.ts';
import { type HttpInstallation, startHttpInstallation } from './http-installation.ts';

/** They are replayed in the order of their names against one installation. */
export type ExampleRequest = RecordedExample['request'];
export type ExampleResponse = RecordedExample['response'];

/** Sends a request, and keeps it with its answer under a name. */
export type RecordExample = (name: string, summary: string, request: ExampleRequest) => Promise<ExampleResponse>;

/** Where the examples lie. */
export const EXAMPLES_FOLDER = new URL('../../api/examples/', import.meta.url);

/** Header fields that an example shows, where the answer has them. */
const SHOWN_HEADERS = ['content-type', 'credential-expires', 'www-authenticate', 'allow', 'set-cookie'];

const FIRST_MOMENT = Date.UTC(2026, 0, 31, 12);
const SEED = 1;
const DEFAULT_ACCOUNT = 'default' as AccountId;

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
  const live = new ExampleRelay();
  const installation = await startHttpInstallation({ clock, random: new SeededRandom(SEED), live });
  await use(installation.control, live);
  return {
    installation,
    answer: (request) => {
      elapsedMs += 1000;
      return answer(installation.url, request);
    },
  };
}

/** A key of its own that has been used: by somebody who still is there, and who wanted to reach a peer that is denied. */
async function use(control: ControlPorts, live: ExampleRelay): Promise<void> {
  const { key } = await createKey(control, { kind: 'system' }, DEFAULT_ACCOUNT, { name: 'video calls' });
  const customIdentifier = 'user4523958';
  const { username } = issueCredential(control, key, { customIdentifier });
  const startedAt = control.clock.unixNow();
  const whose = { keyUid: key.uid, username, customIdentifier };
  live.begin({ ...whose, startedAt });
  const moved = { ingressBytes: 1_204_224, ingressPackets: 1_176, egressBytes: 4_816_896, egressPackets: 4_704 };
  const lived = { allocationsStarted: 1, allocationMs: 60_000 };
  const denied = { address: '169.254.169.254', rule: 'link_local', range: '', denials: 3, lastDeniedAt: startedAt };
  await recordUsage(control, [
    {
      node: '0'.repeat(32),
      boot: 'example',
      worker: 0,
      n: 1,
      minute: startedAt,
      rows: [{ accountId: DEFAULT_ACCOUNT, ...whose, transport: 'udp', ...moved, ...lived }],
      deniedPeers: [{ keyUid: key.uid, ...denied }],
    },
  ]);
}

/** Every example with the name of its file, in order. */
export async function readExamples(): Promise<readonly { readonly name: string; readonly example: RecordedExample }[]> {
  const names = (await readdir(EXAMPLES_FOLDER)).filter((name) => name.endsWith('.json')).sort();
  const read = async (name: string) => {
    const example = JSON.parse(await readFile(new URL(name, EXAMPLES_FOLDER), 'utf8')) as RecordedExample;
    return { name, example };
  };
  return Promise.all(names.map(read));
}

async function answer(url: string, { method, path, headers = {}, body }: ExampleRequest): Promise<ExampleResponse> {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(url + path, { method, headers, ...content });
  const shown = SHOWN_HEADERS.map((name) => [name, response.headers.get(name)] as const);
  const text = await readContent(response);
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return {
    status: response.status,
    headers: Object.fromEntries(shown.filter((field): field is [string, string] => field[1] !== null)),
    ...(text === '' ? {} : { body: isJson ? (JSON.parse(text) as unknown) : text }),
  };
}

/** All of it; a stream, which has no end, up to its first event. */
async function readContent(response: Response): Promise<string> {
  if (response.headers.get('content-type') !== 'text/event-stream' || response.body === null) {
    return response.text();
  }
  let text = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const event = /^data: .*\n\n/m.exec(text);
    if (event !== null) {
      return text.slice(0, event.index + event[0].length);
    }
  }
  return text;
}
