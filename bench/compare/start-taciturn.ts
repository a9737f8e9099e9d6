import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/bootstrap/root.mjs';
import { findFreePorts } from '../../test/support/free-ports.ts';
import { cleanEnvironment } from '../../test/support/service.ts';
import { waitFor } from '../../test/support/wait-for.ts';
import type { BenchCertificate } from './bench-certificate.ts';
import { PinnedProcess } from './pinned-process.ts';
import { RELAY_ADDRESSES, RELAY_PORTS, type RunningServer, type ServerSettings } from './running-server.ts';

const READY_MS = 20_000;
/** It lives as long as the bench, on loopback. */
const ADMIN_TOKEN = 'bench-admin-token-0123456789abcdefghij';
/** What a person may set to compare back ends; every other setting of the caller's is left out. */
const BACK_END_VARIABLE = 'TACITURN_TURN_DATAGRAM';

interface Ports {
  readonly http: number;
  readonly turn: number;
  readonly tls: number;
}

/** The service with what a back end knows of it. */
export interface RunningTaciturn extends RunningServer {
  /** Of the HTTP API. */
  readonly url: string;
  readonly adminToken: string;
  readonly keyUid: string;
  readonly keyToken: string;
}

export interface TaciturnExtras {
  /** A data folder that is kept; a new one that is removed at the end, when none is given. */
  readonly data?: string;
  /** Settings over those of every row. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts the whole service, control plane included, as a user would: what it costs counts. */
export async function startTaciturn(
  settings: ServerSettings,
  certificate: BenchCertificate,
  extras: TaciturnExtras = {},
): Promise<RunningTaciturn> {
  const data = extras.data ?? mkdtempSync(join(tmpdir(), 'taciturn-bench-'));
  const [http, turn, tls] = (await findFreePorts(3)) as [number, number, number];
  const ports = { http, turn, tls };
  const server = new PinnedProcess([process.execPath, join(root, 'src/cli/main.ts'), 'serve'], {
    cores: settings.cores,
    environment: { ...describeEnvironment(data, ports, settings, certificate), ...extras.environment },
  });
  const stop = async (): Promise<void> => {
    await server.stop();
    if (extras.data === undefined) {
      rmSync(data, { recursive: true, force: true });
    }
  };
  try {
    const url = `http://127.0.0.1:${http}`;
    await waitFor('readiness', async () => server.hasEnded || (await fetch(`${url}/readyz`)).ok, READY_MS);
    const key = await createKey(url);
    const { username, credential } = await issueCredential(url, key);
    const description = await readBackEnd(url);
    const { pid } = server;
    return {
      name: 'taciturn',
      pid,
      port: turn,
      tlsPort: tls,
      username,
      password: credential,
      peerPort: undefined,
      description,
      url,
      adminToken: ADMIN_TOKEN,
      keyUid: key.uid,
      keyToken: key.key,
      stop,
    };
  } catch (error) {
    await stop();
    throw new Error(`Taciturn did not start. What it said last:\n${server.lastLines}`, { cause: error });
  }
}

/** Every setting is that of a plain start, but for what loopback, 20,000 allocations of one user and the highest rates ask for. */
function describeEnvironment(
  data: string,
  { http, turn, tls }: Ports,
  settings: ServerSettings,
  certificate: BenchCertificate,
): Record<string, string> {
  return cleanEnvironment({
    TACITURN_DATA: data,
    TACITURN_ADMIN_TOKEN: ADMIN_TOKEN,
    TACITURN_HTTP_LISTEN: `127.0.0.1:${http}`,
    TACITURN_TURN_LISTEN: `udp://127.0.0.1:${turn},tcp://127.0.0.1:${turn},tls://127.0.0.1:${tls}`,
    TACITURN_TURN_RELAY_ADDRESS: RELAY_ADDRESSES.join(','),
    TACITURN_TURN_RELAY_PORTS: `${RELAY_PORTS.min}-${RELAY_PORTS.max}`,
    TACITURN_TURN_WORKERS: String(settings.workers),
    TACITURN_LIMITS_ALLOCATIONS_PER_CREDENTIAL: '1000000',
    TACITURN_LIMITS_REFUSALS_PER_ADDRESS_PER_SECOND: '0',
    TACITURN_LIMITS_ALLOCATION_NEW_PEERS_PER_SECOND: '0',
    TACITURN_LIMITS_ALLOCATION_PACKETS_PER_SECOND: '0',
    TACITURN_LIMITS_ALLOCATION_BITS_PER_SECOND: '0',
    TACITURN_PEERS_ALLOW: '127.0.0.0/8',
    TACITURN_TLS_CERTIFICATE: certificate.certificateFile,
    TACITURN_TLS_KEY: certificate.keyFile,
    TACITURN_DRAIN_SECONDS: '0',
    TACITURN_LOG_FORMAT: 'json',
    [BACK_END_VARIABLE]: process.env[BACK_END_VARIABLE] ?? '',
  });
}

interface MadeKey {
  readonly uid: string;
  /** Its API token. */
  readonly key: string;
}

async function createKey(url: string): Promise<MadeKey> {
  const made = await post(`${url}/client/v4/accounts/default/calls/turn_keys`, ADMIN_TOKEN, { name: 'bench' });
  return (made as { readonly result: MadeKey }).result;
}

async function issueCredential(
  url: string,
  { uid, key }: MadeKey,
): Promise<{ readonly username: string; readonly credential: string }> {
  const answer = (await post(`${url}/v1/turn/keys/${uid}/credentials/generate-ice-servers`, key, { ttl: 86_400 })) as {
    readonly iceServers: readonly { readonly username?: string; readonly credential?: string }[];
  };
  const { username = '', credential = '' } = answer.iceServers.find((server) => server.username !== undefined) ?? {};
  return { username, credential };
}

async function post(url: string, token: string, body: unknown): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`the service answered ${response.status}: ${text}`);
  }
  return JSON.parse(text) as unknown;
}

/** How its workers read and write datagrams, as its metrics say. */
async function readBackEnd(url: string): Promise<string> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return metrics.match(/^taciturn_turn_datagram_back_end\{back_end="(\w+)"/m)?.[1] ?? 'unknown';
}
