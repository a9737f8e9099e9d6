import { LocalBus } from '../bus/local-bus.ts';
import type { Config } from '../config/settings.ts';
import type { LiveWorkers } from '../contract/live-workers.ts';
import { DAY_MS } from '../control/day-ms.ts';
import { type OpenedInstallation, openInstallation } from '../control/open-installation.ts';
import type { ControlPorts } from '../control/ports.ts';
import { reviewMonth } from '../control/review-month.ts';
import { SigningSecrets } from '../control/signing-secrets.ts';
import { TokenUses } from '../control/token-uses.ts';
import { VerifiedKeys } from '../control/verified-keys.ts';
import { MasterSecretFile } from '../store/master-secret-file.ts';
import { openSqlite } from '../store/open-sqlite.ts';
import type { Closers } from './closers.ts';
import { readDefaultLimits } from './describe-relay.ts';
import { lockDataFolder } from './lock-data-folder.ts';
import { nodeClock } from './node-clock.ts';
import { nodeHashes } from './node-hashes.ts';
import { nodeRandom } from './node-random.ts';
import { openPeople } from './open-people.ts';

export interface OpenedControl {
  readonly ports: ControlPorts;
  readonly installation: OpenedInstallation;
}

/**
 * Opens the data folder for this process alone, and the installation in it.
 * @throws {StartError | StoreError | InstallationError} with a sentence for the operator.
 */
export async function openControl(config: Config, closers: Closers, live: LiveWorkers): Promise<OpenedControl> {
  closers.add(lockDataFolder(config.data));
  const store = await openSqlite(config.data);
  closers.add(() => store.close());
  const world = { store, clock: nodeClock, random: nodeRandom, hashes: nodeHashes };
  const installation = await openInstallation(
    { ...world, masterSecretFile: new MasterSecretFile(config.data) },
    {
      accountId: config.account,
      masterSecret: config.masterSecret,
      adminToken: config.adminToken,
      maxTtlSeconds: config.credentials.maxTtlSeconds,
    },
  );
  const { city = '', code = '', country = '', region = '' } = config.node;
  await store.nodes.put({ id: installation.nodeId, city, code, country, region });
  const bus = new LocalBus();
  closers.add(() => bus.close());
  const ports: ControlPorts = {
    ...world,
    ...openPeople(world),
    bus,
    installationKeys: installation.installationKeys,
    settings: {
      maxTtlSeconds: config.credentials.maxTtlSeconds,
      longestTtlSeconds: installation.longestTtlSeconds,
      maxKeysPerAccount: config.limits.keysPerAccount,
      defaultLimits: readDefaultLimits(config.limits),
      usageRetentionMs: config.usage.retentionDays * DAY_MS,
      usageHourRetentionMs: config.usage.hourRetentionDays * DAY_MS,
      usageDayRetentionMs: config.usage.dayRetentionDays * DAY_MS,
      auditRetentionMs: config.audit.retentionDays * DAY_MS,
      deniedPeerRetentionMs: config.peers.deniedRetentionDays * DAY_MS,
      maxWebhooksPerAccount: config.webhooks.perAccount,
      webhooksMayBePlain: config.webhooks.allow.length > 0,
      webhookFailureMsMax: config.webhooks.disableAfterDays * DAY_MS,
    },
    signingSecrets: new SigningSecrets(nodeHashes, installation.installationKeys[0]),
    verifiedKeys: new VerifiedKeys(),
    tokenUses: new TokenUses(store.accountTokens, nodeClock),
    live,
  };
  await reviewMonth(ports);
  return { ports, installation };
}
