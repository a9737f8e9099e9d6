import { nodeClock } from '../../src/app/node-clock.ts';
import { nodeHashes } from '../../src/app/node-hashes.ts';
import { nodeRandom } from '../../src/app/node-random.ts';
import { openPeople } from '../../src/app/open-people.ts';
import type { Clock } from '../../src/base/clock.ts';
import type { Random } from '../../src/base/random.ts';
import { LocalBus } from '../../src/bus/local-bus.ts';
import { DEFAULT_LIMITS } from '../../src/contract/limits.ts';
import type { LiveWorkers } from '../../src/contract/live-workers.ts';
import { idleWorkers } from '../../src/control/idle-workers.test-support.ts';
import { openInstallation } from '../../src/control/open-installation.ts';
import type { ControlPorts } from '../../src/control/ports.ts';
import { SigningSecrets } from '../../src/control/signing-secrets.ts';
import { TokenUses } from '../../src/control/token-uses.ts';
import { VerifiedKeys } from '../../src/control/verified-keys.ts';
import { buildIceServerUrls, type IceListener } from '../../src/http/ice-server-urls.ts';
import { createHttpServer, type HttpServerOptions } from '../../src/http/server.ts';
import { createLogger } from '../../src/observe/logger.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { openSqliteInMemory } from '../../src/store/open-sqlite.ts';
import { madeUpReadings } from './made-up-readings.ts';

/** The installation's admin token. */
export const ADMIN_TOKEN = 'a'.repeat(64);

const LISTENERS: readonly IceListener[] = [
  { transport: 'udp', port: 3478 },
  { transport: 'tcp', port: 3478 },
  { transport: 'tls', port: 5349 },
];

export interface HttpInstallationOptions
  extends Pick<HttpServerOptions, 'corsOrigins' | 'isTrustedProxy' | 'limits' | 'hasDashboard'> {
  /** By default one of each transport, on its usual port. */
  readonly listeners?: readonly IceListener[];
  readonly clock?: Clock;
  readonly random?: Random;
  readonly maxTtlSeconds?: number;
  readonly maxKeysPerAccount?: number;
  /** The relay that the live view asks; by default one without an allocation. */
  readonly live?: LiveWorkers;
  readonly wrapControl?: (control: ControlPorts) => ControlPorts;
}

/** An HTTP server on a real control plane, whose SQLite database lives in memory; no relay. */
export interface HttpInstallation {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  readonly control: ControlPorts;
  /** Everything logged, in lines of JSON. */
  readonly logLines: readonly string[];
  /** What `/readyz` tells; tests push reasons. */
  readonly reasonsNotReady: string[];
  readonly openApi: string;
  stop(): Promise<void>;
}

export interface CreatedKey {
  readonly uid: string;
  readonly token: string;
}

export async function startHttpInstallation(options: HttpInstallationOptions = {}): Promise<HttpInstallation> {
  const { wrapControl = (unchanged) => unchanged, listeners = LISTENERS } = options;
  const control = await openControl(options);
  const logLines: string[] = [];
  const reasonsNotReady: string[] = [];
  const server = await createHttpServer({
    ...options,
    control: wrapControl(control),
    readIceServerUrls: () => buildIceServerUrls('turn.example.com', listeners),
    readReasonsNotReady: () => reasonsNotReady,
    readings: madeUpReadings(control),
    metrics: createMetrics({ version: '0.0.0' }),
    log: createLogger({ level: 'debug', format: 'json', write: (line) => logLines.push(line) }),
    version: '0.0.0',
  });
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    control,
    logLines,
    reasonsNotReady,
    openApi: server.openApi,
    stop: async () => {
      await server.close();
      await control.bus.close();
      await control.store.close();
    },
  };
}

/** Makes a TURN key through the API. */
export async function createKey({ url }: HttpInstallation): Promise<CreatedKey> {
  const response = await fetch(`${url}/client/v4/accounts/default/calls/turn_keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  const { result } = (await response.json()) as { result: { uid: string; key: string } };
  return { uid: result.uid, token: result.key };
}

async function openControl(options: HttpInstallationOptions): Promise<ControlPorts> {
  const { clock = nodeClock, random = nodeRandom, maxTtlSeconds = 172_800, maxKeysPerAccount = 1000 } = options;
  const store = await openSqliteInMemory();
  const ports = { store, clock, random, hashes: nodeHashes };
  const masterSecretFile = { path: 'none', read: async () => undefined, write: async () => undefined };
  const settings = { maxTtlSeconds, adminToken: ADMIN_TOKEN, masterSecret: '5'.repeat(64) };
  const { installationKeys, longestTtlSeconds } = await openInstallation({ ...ports, masterSecretFile }, settings);
  return {
    ...ports,
    ...openPeople(ports),
    bus: new LocalBus(),
    installationKeys,
    settings: {
      maxTtlSeconds,
      longestTtlSeconds,
      maxKeysPerAccount,
      defaultLimits: DEFAULT_LIMITS,
      usageRetentionMs: 86_400_000,
      usageHourRetentionMs: 400 * 86_400_000,
      usageDayRetentionMs: 3_660 * 86_400_000,
      auditRetentionMs: 365 * 86_400_000,
      deniedPeerRetentionMs: 30 * 86_400_000,
      maxWebhooksPerAccount: 10,
      webhooksMayBePlain: false,
      webhookFailureMsMax: 5 * 86_400_000,
    },
    signingSecrets: new SigningSecrets(nodeHashes, installationKeys[0]),
    verifiedKeys: new VerifiedKeys(),
    tokenUses: new TokenUses(store.accountTokens, clock),
    live: options.live ?? idleWorkers,
  };
}
