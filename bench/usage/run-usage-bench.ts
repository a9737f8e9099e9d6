import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Instant, UnixMs } from '../../src/base/clock.ts';
import type { ControlPorts, Principal } from '../../src/control/ports.ts';
import { pruneStore } from '../../src/control/prune-store.ts';
import { answerGraphql } from '../../src/http/analytics/answer-graphql.ts';
import { openSqlite, SQLITE_FILE } from '../../src/store/open-sqlite.ts';
import { fillUsageStore } from './fill-usage-store.ts';
import { measureFlushes } from './measure-flushes.ts';
import { type UsageOverview, usageOverviews } from './usage-overviews.ts';
import { SCENE } from './usage-scene.ts';

const ROUNDS = 20;
/** What an overview may take: a dashboard asks a few at a time. */
const OVERVIEW_MS_MAX = 200;
const DAY_MS = 86_400_000;

const clock: Clock = { now: () => 0 as Instant, unixNow: () => SCENE.now as UnixMs };
const principal: Principal = { kind: 'installation', tokenId: '' };

/** Prints what overviews and flushes of usage take with 10 million rows. @returns whether all are as fast as they must be. */
export async function runUsageBench(folder: string): Promise<boolean> {
  if (!existsSync(join(folder, SQLITE_FILE))) {
    mkdirSync(folder, { recursive: true });
    console.log(`filling ${folder}, which takes some minutes; it is used again by the next run`);
    console.log(`${await fillUsageStore(folder)} rows by the minute`);
  }
  const store = await openSqlite(folder);
  const settings = {
    usageRetentionMs: SCENE.minuteDays * DAY_MS,
    usageHourRetentionMs: 400 * DAY_MS,
    usageDayRetentionMs: 3_660 * DAY_MS,
  };
  const control = { store, clock, settings } as ControlPorts;
  let isFast = true;
  for (const overview of usageOverviews) {
    isFast = (await measureOverview(control, overview)) && isFast;
  }
  await measureFlushes(control);
  const start = performance.now();
  await pruneStore(control);
  console.log(`${format(performance.now() - start)} ms  one round of pruning`);
  await store.close();
  return isFast;
}

async function measureOverview(control: ControlPorts, { title, args, dimensions }: UsageOverview): Promise<boolean> {
  const grouped = dimensions.length === 0 ? '' : `dimensions { ${dimensions.join(' ')} }`;
  const query = `{ viewer { accounts(filter: {accountTag: "${SCENE.accountId}"}) { callsTurnUsageAdaptiveGroups(${args}) {
    ${grouped} count sum { egressBytes ingressBytes } avg { concurrentConnections } } } } }`;
  const times: number[] = [];
  let groups = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    const { status, body } = await answerGraphql({ query }, { control, principal });
    times.push(performance.now() - start);
    if (status !== 200) {
      throw new Error(`${title}: ${JSON.stringify(body.errors)}`);
    }
    groups = JSON.stringify(body).split('"count"').length - 1;
  }
  times.sort((a, b) => a - b);
  const [p50, p95] = [0.5, 0.95].map((share) => times[Math.floor(share * (ROUNDS - 1))] as number) as [number, number];
  const verdict = p95 <= OVERVIEW_MS_MAX ? '' : `  (above ${OVERVIEW_MS_MAX} ms)`;
  console.log(`${format(p50)} ms  p95 ${format(p95)} ms  ${title}: ${groups} groups${verdict}`);
  return p95 <= OVERVIEW_MS_MAX;
}

function format(milliseconds: number): string {
  return milliseconds.toFixed(1).padStart(7);
}
