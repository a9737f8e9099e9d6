import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { assertLimits } from '../base/limits.ts';
import type { ResolvedConfig } from '../config/resolve-config.ts';
import type { Config } from '../config/settings.ts';
import type { Change } from '../contract/change.ts';
import type { LiveWorkers } from '../contract/live-workers.ts';
import { completeStart } from '../control/complete-start.ts';
import { type ChangeFollower, followChanges } from '../control/follow-changes.ts';
import { createSetupToken } from '../control/people/create-setup-token.ts';
import type { ControlPorts } from '../control/ports.ts';
import type { Logger } from '../observe/logger.ts';
import { createMetrics } from '../observe/metrics.ts';
import { ChangeSnapshot } from '../relay/change-snapshot.ts';
import type { Relay } from '../relay/relay.ts';
import { Closers } from './closers.ts';
import { describeCounters } from './describe-counters.ts';
import { EgressNotices } from './egress-notices.ts';
import { openCertificate } from './open-certificate.ts';
import { type OpenedControl, openControl } from './open-control.ts';
import { openHttp } from './open-http.ts';
import { openReadings } from './open-readings.ts';
import { type OpenedRelay, openRelay } from './open-relay.ts';
import { openWebhooks } from './open-webhooks.ts';
import { pruneRegularly } from './prune-regularly.ts';
import { requireRelayAddresses } from './require-relay-addresses.ts';
import type { StartReport } from './start-banner.ts';
import { explainStoreFailure } from './start-error.ts';
import { listStartNotices } from './start-notices.ts';
import { listIceServerUrls } from './turn-addresses.ts';
import { readVersion } from './version.ts';

/** How often the change log is read when no hint comes, and how often a drain looks at the allocations. */
const CHANGES_POLL_MS = 5_000;
const DRAIN_POLL_MS = 100;

/** The whole service of one process. */
export interface Service {
  readonly report: StartReport;
  /** To be called when the report has been told: until then, the next start makes another admin token. */
  complete(): Promise<void>;
  /** Live allocations. */
  allocationCount(): number;
  /** Not ready from now on; live allocations are served until there are none, or until `signal` aborts. */
  drain(signal: AbortSignal): Promise<void>;
  /** Reads the certificate's files again. */
  reloadCertificate(): Promise<void>;
  /** Ends allocations, stores their usage, and closes everything. */
  stop(): Promise<void>;
}

/**
 * Starts everything, the outermost last: what was opened is closed again when a later part cannot start.
 * @throws {StartError | StoreError | InstallationError} with a sentence for the operator.
 */
export async function startService(resolved: ResolvedConfig, log: Logger): Promise<Service> {
  assertLimits();
  const closers = new Closers();
  try {
    return await start(resolved, log, closers);
  } catch (error) {
    await closers.close().catch((failure: Error) => log.warn({ error: failure.message }, 'a part did not close'));
    throw explainStoreFailure(error, resolved.config.data);
  }
}

async function start(resolved: ResolvedConfig, log: Logger, closers: Closers): Promise<Service> {
  const { config } = resolved;
  const version = readVersion();
  await requireRelayAddresses(config.turn.relayAddress);
  let running: OpenedRelay | undefined;
  const readRelay = () => running?.relay;
  const control = await openControl(config, closers, lendLiveWorkers(readRelay));
  const certificate = await openCertificate(config);
  const egress = new EgressNotices(log);
  const reasonsNotReady = new Set(['starting']);
  const follower = await followForRelay(control.ports, log, readRelay);
  closers.add(() => follower.stop());
  let iceServerUrls = listIceServerUrls(config, []);
  const webhooks = openWebhooks(config, control.ports, version, log);
  closers.add(() => webhooks.stop());
  const http = await openHttp(config, {
    control: control.ports,
    readIceServerUrls: () => iceServerUrls,
    readReasonsNotReady: () => [...reasonsNotReady],
    metrics: createMetrics({
      version,
      relay: describeCounters(readRelay, follower.lagMs, egress),
      readWebhooks: () => webhooks.read(),
    }),
    readings: openReadings(resolved, closers, {
      nodeId: control.installation.nodeId,
      readRelay: () => running,
      readChangesLagMs: follower.lagMs,
    }),
    log,
    version,
  });
  closers.add(() => http.close());
  closers.add(pruneRegularly(control.ports, log));
  const opened = await openRelay(config, control, {
    known: follower.known,
    certificate,
    httpListen: http.listening,
    version,
    boot: randomBytes(8).toString('hex'),
    egress,
    onNotices: webhooks.onNotices,
    log,
  });
  running = opened;
  iceServerUrls = listIceServerUrls(config, opened.relay.listening);
  closers.add(() => opened.stop());
  follower.release();
  webhooks.start(opened.relay);
  const setupToken = await createSetupToken(control.ports, { kind: 'system' });
  reasonsNotReady.delete('starting');
  return {
    report: describeStart(config, control, {
      version,
      httpUrl: http.url,
      adminUrl: http.adminUrl,
      turnUrls: iceServerUrls.turn,
      // Behind the number sign, so that it reaches no server's log.
      setupUrl: setupToken === undefined ? undefined : `${http.adminUrl ?? http.url}/setup#token=${setupToken}`,
    }),
    complete: () => completeStart(control.ports),
    allocationCount: () => opened.relay.allocationCount(),
    drain: (signal) => {
      reasonsNotReady.add('draining');
      return drainRelay(opened.relay, signal);
    },
    reloadCertificate: () => opened.reloadCertificate(),
    stop: () => closers.close(),
  };
}

/** The relay's workers, which the control plane may ask before there are any. */
function lendLiveWorkers(readRelay: () => Relay | undefined): LiveWorkers {
  return {
    get workerCount() {
      return readRelay()?.live.workerCount ?? 0;
    },
    ask: async (worker, question) => readRelay()?.live.ask(worker, question),
  };
}

/** A follower that keeps what it hears until the relay runs. */
interface RelayFollower extends Pick<ChangeFollower, 'lagMs' | 'stop'> {
  /** All that is known of keys and revocations. */
  readonly known: ChangeSnapshot;
  /** Hands over what was kept. */
  release(): void;
}

async function followForRelay(
  ports: ControlPorts,
  log: Logger,
  readRelay: () => Relay | undefined,
): Promise<RelayFollower> {
  const known = new ChangeSnapshot(ports.hashes, ports.random);
  const early: Change[] = [];
  let isFollowing = false;
  const follower = await followChanges(ports, {
    pollMs: CHANGES_POLL_MS,
    onChanges: (changes) => {
      const relay = readRelay();
      if (relay !== undefined) {
        relay.applyChanges(changes);
      } else if (isFollowing) {
        early.push(...changes);
      } else {
        known.applyAll(changes);
      }
    },
    onFailure: (error) => log.warn({ error: (error as Error).message }, 'the change log cannot be read; trying again'),
  });
  isFollowing = true;
  return {
    known,
    lagMs: () => follower.lagMs(),
    stop: () => follower.stop(),
    release: () => readRelay()?.applyChanges(early.splice(0)),
  };
}

async function drainRelay(relay: Relay, signal: AbortSignal): Promise<void> {
  relay.drain();
  while (relay.allocationCount() > 0 && !signal.aborted) {
    await delay(DRAIN_POLL_MS, undefined, { signal }).catch(() => {});
  }
}

function describeStart(
  config: Config,
  { installation }: OpenedControl,
  found: Pick<StartReport, 'version' | 'httpUrl' | 'adminUrl' | 'turnUrls' | 'setupUrl'>,
): StartReport {
  return {
    ...found,
    accountId: installation.defaultAccountId,
    dataFolder: resolve(config.data),
    isFirstStart: installation.isFirstStart,
    adminToken: installation.createdAdminToken,
    notices: listStartNotices(config),
  };
}
