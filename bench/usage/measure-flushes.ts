import { randomUUID } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { UnixMs } from '../../src/base/clock.ts';
import { USAGE_ROWS_PER_REPORT_MAX } from '../../src/base/limits.ts';
import type { UsageDelta, UsageRow } from '../../src/contract/usage-delta.ts';
import type { ControlPorts } from '../../src/control/ports.ts';
import { recordUsage } from '../../src/control/record-usage.ts';
import { identifierOf, keyOf, SCENE, usernameOf } from './usage-scene.ts';

const USERNAMES = 20_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Times flushes of 20,000 usernames: the first of a day makes every row, later ones of its minute add to them. */
export async function measureFlushes(control: ControlPorts): Promise<void> {
  const midnight = SCENE.now - (SCENE.now % DAY_MS) + DAY_MS;
  const boot = randomUUID();
  const rows = Array.from({ length: USERNAMES }, (_, user) => makeRow(user, midnight));
  const moments = [
    ['the first of a day', midnight],
    ['the second of a minute', midnight],
    ['the third of a minute', midnight],
    ['the first of a later minute', midnight + 7 * MINUTE_MS],
    ['the first of a later hour', midnight + 127 * MINUTE_MS],
  ] as const;
  let n = 0;
  for (const [title, minute] of moments) {
    const deltas: UsageDelta[] = [];
    for (let at = 0; at < rows.length; at += USAGE_ROWS_PER_REPORT_MAX) {
      const part = rows.slice(at, at + USAGE_ROWS_PER_REPORT_MAX);
      deltas.push({ node: 'node-1', boot, worker: 0, n: n++, minute: minute as UnixMs, rows: part });
    }
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const start = performance.now();
    await recordUsage(control, deltas);
    const elapsedMs = performance.now() - start;
    delay.disable();
    const pause = `the event loop paused for ${(delay.max / 1e6).toFixed(0)} ms at most`;
    console.log(`${elapsedMs.toFixed(0).padStart(7)} ms  flush of ${USERNAMES} usernames, ${title}; ${pause}`);
  }
}

function makeRow(user: number, moment: number): UsageRow {
  return {
    accountId: SCENE.accountId,
    keyUid: keyOf(user),
    customIdentifier: identifierOf(user),
    username: usernameOf(user, moment),
    transport: 'udp',
    ingressBytes: 500_000,
    ingressPackets: 600,
    egressBytes: 500_000,
    egressPackets: 600,
    allocationsStarted: 1,
    allocationMs: 5_000,
  };
}
