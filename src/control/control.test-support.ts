import { nodeHashes } from '../app/node-hashes.ts';
import { nodeRandom } from '../app/node-random.ts';
import { openPeople } from '../app/open-people.ts';
import type { Clock, Instant, UnixMs } from '../base/clock.ts';
import { LocalBus } from '../bus/local-bus.ts';
import type { Change } from '../contract/change.ts';
import { deriveInstallationKeys } from '../contract/credential.ts';
import type { AccountId } from '../contract/ids.ts';
import { DEFAULT_LIMITS } from '../contract/limits.ts';
import { openSqliteInMemory } from '../store/open-sqlite.ts';
import type { Actor } from './actor.ts';
import type { ControlSettings } from './control-settings.ts';
import { idleWorkers } from './idle-workers.test-support.ts';
import type { ControlPorts, Store } from './ports.ts';
import { SigningSecrets } from './signing-secrets.ts';
import { TokenUses } from './token-uses.ts';
import { VerifiedKeys } from './verified-keys.ts';

/** A clock that stands still until it is told otherwise. */
export class StillClock implements Clock {
  #unixMs = 1_700_000_000_250;
  #ms = 1_000;

  now(): Instant {
    return this.#ms as Instant;
  }

  unixNow(): UnixMs {
    return this.#unixMs as UnixMs;
  }

  advance(ms: number): void {
    this.#unixMs += ms;
    this.#ms += ms;
  }
}

export const ACCOUNT = 'default' as AccountId;
export const OTHER_ACCOUNT = 'fedcba98765432100123456789abcdef' as AccountId;

/** Who does what the tests do, when it does not matter. */
/** Everything that a relay which starts now is told. */
export async function readSnapshot({ store, clock }: ControlPorts): Promise<readonly Change[]> {
  const changes: Change[] = [];
  await store.changeLog.snapshot(clock.unixNow(), (some) => changes.push(...some));
  return changes;
}

export const BY: Actor = { kind: 'system' };

export interface TestControl {
  readonly ports: ControlPorts;
  readonly clock: StillClock;
  close(): Promise<void>;
}

/** Use cases over a store in memory that has two accounts and nothing else. */
export async function openTestControl(
  settings: Partial<ControlSettings> = {},
  wrap: (store: Store) => Store = (store) => store,
): Promise<TestControl> {
  const store = await openSqliteInMemory();
  const clock = new StillClock();
  for (const id of [ACCOUNT, OTHER_ACCOUNT]) {
    await store.accounts.insert({ id, name: id, createdAt: clock.unixNow() });
  }
  const installationKeys = [deriveInstallationKeys(nodeHashes, new Uint8Array(32).fill(1))] as const;
  const ports: ControlPorts = {
    ...openPeople({ store, clock, random: nodeRandom }),
    store: wrap(store),
    bus: new LocalBus(),
    clock,
    random: nodeRandom,
    hashes: nodeHashes,
    installationKeys,
    settings: {
      maxTtlSeconds: 172_800,
      longestTtlSeconds: 172_800,
      maxKeysPerAccount: 1_000,
      defaultLimits: DEFAULT_LIMITS,
      usageRetentionMs: 90 * 86_400_000,
      usageHourRetentionMs: 400 * 86_400_000,
      usageDayRetentionMs: 3_660 * 86_400_000,
      auditRetentionMs: 365 * 86_400_000,
      deniedPeerRetentionMs: 30 * 86_400_000,
      maxWebhooksPerAccount: 10,
      webhooksMayBePlain: false,
      webhookFailureMsMax: 5 * 86_400_000,
      ...settings,
    },
    signingSecrets: new SigningSecrets(nodeHashes, installationKeys[0]),
    verifiedKeys: new VerifiedKeys(),
    tokenUses: new TokenUses(store.accountTokens, clock),
    live: idleWorkers,
  };
  const close = async () => {
    await ports.bus.close();
    await store.close();
  };
  return { ports, clock, close };
}
