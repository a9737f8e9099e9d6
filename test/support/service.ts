import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findFreePorts } from './free-ports.ts';
import { waitFor } from './wait-for.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const START_TIMEOUT_MS = 20_000;
const END_TIMEOUT_MS = 20_000;
const ACCOUNT = 'default';

/** Known beforehand, so that a test that is about something else need not read it off the output. */
export const ADMIN_TOKEN = 'test-admin-token-0123456789abcdefghij';

/** Where a service listens, on both loopback addresses. */
export interface ServicePorts {
  readonly http: number;
  /** UDP and TCP. */
  readonly turn: number;
  readonly tls: number;
}

export interface ServiceOptions {
  /** The data folder; a new one that is removed at the end, when none is given. */
  readonly data?: string;
  readonly ports?: ServicePorts;
  /** Settings over those of the rig. An empty text takes one of the rig's away. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Flags of Node itself. */
  readonly nodeArgs?: readonly string[];
  /** Puts the data folder on a disk of its own, of so many bytes, that ends with the process. Linux. */
  readonly diskBytes?: number;
}

/** A TURN key as a back end holds it. */
export interface TestKey {
  readonly uid: string;
  readonly token: string;
}

/** One entry of an answer's `iceServers`. */
export interface IceServer {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

/** What a TURN client needs. */
export interface TestCredential {
  readonly username: string;
  readonly credential: string;
}

/** A real service in a process of its own. */
export class Service {
  readonly data: string;
  readonly ports: ServicePorts;
  readonly url: string;
  /** Standard output and standard error so far. */
  stdout = '';
  stderr = '';
  readonly #process: ChildProcess;
  readonly #ownsData: boolean;
  #exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null } | undefined;

  private constructor(options: ServiceOptions, ports: ServicePorts) {
    this.#ownsData = options.data === undefined;
    this.data = options.data ?? mkdtempSync(join(tmpdir(), 'taciturn-data-'));
    this.ports = ports;
    this.url = `http://127.0.0.1:${ports.http}`;
    const command = [process.execPath, ...(options.nodeArgs ?? []), MAIN, 'serve', ...(options.args ?? [])];
    const [file = '', ...args] =
      options.diskBytes === undefined ? command : [...mountDisk(this.data, options.diskBytes), ...command];
    this.#process = spawn(file, args, {
      cwd: this.data,
      env: cleanEnvironment({ ...rigSettings(this.data, ports), ...options.environment }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.#process.on('close', (code, signal) => {
      this.#exit = { code, signal };
    });
  }

  /** Starts a service and waits until it says that it is ready. */
  static async start(options: ServiceOptions = {}): Promise<Service> {
    const service = await Service.launch(options);
    try {
      await service.waitUntilReady();
    } catch (error) {
      await service.end();
      throw error;
    }
    return service;
  }

  /** Starts a service and does not wait: for those that are meant to fail. */
  static async launch(options: ServiceOptions = {}): Promise<Service> {
    return new Service(options, options.ports ?? (await chooseServicePorts()));
  }

  get pid(): number {
    return this.#process.pid as number;
  }

  /** Everything that the service has said, for messages. */
  get output(): string {
    return `--- standard output\n${this.stdout}--- standard error\n${this.stderr}`;
  }

  async waitUntilReady(): Promise<void> {
    await waitFor(
      'readiness',
      async () => {
        if (this.#exit !== undefined) {
          return true;
        }
        return (await fetch(`${this.url}/readyz`)).ok;
      },
      START_TIMEOUT_MS,
    ).catch((error: Error) => {
      throw new Error(`the service did not become ready\n${this.output}`, { cause: error });
    });
    if (this.#exit !== undefined) {
      throw new Error(`the service ended with ${this.#exit.code ?? this.#exit.signal}\n${this.output}`);
    }
  }

  /** Closes the reading ends of standard output and standard error. */
  closeOutput(): void {
    this.#process.stdout?.destroy();
    this.#process.stderr?.destroy();
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  /** Resolves with the exit code, or the name of the signal that ended the process. */
  async waitForExit(timeoutMs = END_TIMEOUT_MS): Promise<number | NodeJS.Signals> {
    const { code, signal } = await waitFor('the end of the service', () => this.#exit, timeoutMs).catch((error) => {
      throw new Error(`the service did not end\n${this.output}`, { cause: error });
    });
    return code ?? (signal as NodeJS.Signals);
  }

  /** Sends `signal`, waits for the end, and leaves the data folder. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | NodeJS.Signals> {
    this.signal(signal);
    return this.waitForExit();
  }

  /** Ends the process, however it is, and removes the data folder if the rig made it. */
  async end(): Promise<void> {
    if (this.#exit === undefined) {
      this.signal('SIGKILL');
      await this.waitForExit();
    }
    if (this.#ownsData) {
      rmSync(this.data, { recursive: true, force: true });
    }
  }

  /** Calls the API; resolves with the status and the parsed body, undefined when there is none. */
  async call(
    method: string,
    path: string,
    token = ADMIN_TOKEN,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: unknown }> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  }

  async createKey(name = 'test'): Promise<TestKey> {
    const path = `/client/v4/accounts/${ACCOUNT}/calls/turn_keys`;
    const { status, body } = await this.call('POST', path, ADMIN_TOKEN, { name });
    expectStatus(status, 201, body);
    const { uid, key } = (body as { result: { uid: string; key: string } }).result;
    return { uid, token: key };
  }

  async deleteKey(key: TestKey): Promise<void> {
    const { status, body } = await this.call('DELETE', `/client/v4/accounts/${ACCOUNT}/calls/turn_keys/${key.uid}`);
    expectStatus(status, 200, body);
  }

  /** The answer of `generate-ice-servers`, as it came. */
  async generateIceServers(
    key: TestKey,
    request: { readonly ttl?: number; readonly customIdentifier?: string } = {},
  ): Promise<{ readonly iceServers: readonly IceServer[] }> {
    const path = `/v1/turn/keys/${key.uid}/credentials/generate-ice-servers`;
    const { status, body } = await this.call('POST', path, key.token, request);
    expectStatus(status, 201, body);
    return body as { iceServers: readonly IceServer[] };
  }

  /** The same, with the moment at which the credentials expire, in milliseconds since 1970. */
  async generateExpiring(
    key: TestKey,
    ttl: number,
  ): Promise<{ readonly iceServers: readonly IceServer[]; readonly expiresAt: number }> {
    const response = await fetch(`${this.url}/v1/turn/keys/${key.uid}/credentials/generate-ice-servers`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key.token}` },
      body: JSON.stringify({ ttl }),
    });
    const body: unknown = await response.json();
    expectStatus(response.status, 201, body);
    const { iceServers } = body as { iceServers: readonly IceServer[] };
    return { iceServers, expiresAt: Date.parse(response.headers.get('credential-expires') ?? '') };
  }

  async generateCredential(
    key: TestKey,
    request: { readonly ttl?: number; readonly customIdentifier?: string } = {},
  ): Promise<TestCredential> {
    const server = (await this.generateIceServers(key, request)).iceServers.find(({ username }) => username);
    return { username: server?.username ?? '', credential: server?.credential ?? '' };
  }

  async revokeCredential(key: TestKey, username: string): Promise<void> {
    const path = `/v1/turn/keys/${key.uid}/credentials/${username}/revoke`;
    const { status, body } = await this.call('POST', path, key.token);
    expectStatus(status, 204, body);
  }

  /** The samples of `/metrics`, by name with labels. */
  async readMetrics(): Promise<ReadonlyMap<string, number>> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(
      lines.map((line) => {
        const end = line.lastIndexOf(' ');
        return [line.slice(0, end), Number(line.slice(end + 1))];
      }),
    );
  }
}

/** Ports for one service that nobody uses now. */
export async function chooseServicePorts(): Promise<ServicePorts> {
  const [http, turn, tls] = await findFreePorts(3);
  return { http: http as number, turn: turn as number, tls: tls as number };
}

/** Every setting that a test of loopback needs; the service's own defaults hold for the rest. */
function rigSettings(data: string, { http, turn, tls }: ServicePorts): Record<string, string> {
  const hosts = ['127.0.0.1', '[::1]'];
  return {
    TACITURN_DATA: data,
    TACITURN_ADMIN_TOKEN: ADMIN_TOKEN,
    TACITURN_HTTP_LISTEN: `127.0.0.1:${http}`,
    TACITURN_TURN_LISTEN: hosts
      .flatMap((host) => [`udp://${host}:${turn}`, `tcp://${host}:${turn}`, `tls://${host}:${tls}`])
      .join(','),
    TACITURN_TURN_RELAY_ADDRESS: '127.0.0.1,::1',
    // All clients have one address here.
    TACITURN_LIMITS_REFUSALS_PER_ADDRESS_PER_SECOND: '0',
    TACITURN_DRAIN_SECONDS: '0',
    TACITURN_USAGE_FLUSH_SECONDS: '1',
  };
}

/** The environment without this program's own variables, and with `settings`; empty ones are left out. */
export function cleanEnvironment(settings: Readonly<Record<string, string>>): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('TACITURN_'));
  const added = Object.entries(settings).filter(([, value]) => value !== '');
  return Object.fromEntries([...inherited, ...added]) as Record<string, string>;
}

/**
 * The beginning of a command line that runs the rest in a mount namespace, in which the folder is a small file system in
 * memory. Where the user is not root, a user namespace lets it mount.
 */
function mountDisk(folder: string, bytes: number): readonly string[] {
  const script = 'mount -t tmpfs -o "size=$1" tmpfs "$2" && cd "$2" && shift 2 && exec "$@"';
  const flags = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--map-root-user'];
  return ['unshare', ...flags, 'sh', '-c', script, 'sh', String(bytes), folder];
}

function expectStatus(status: number, expected: number, body: unknown): void {
  if (status !== expected) {
    throw new Error(`the service answered ${status}, expected ${expected}: ${JSON.stringify(body)}`);
  }
}
