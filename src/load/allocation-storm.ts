import { setTimeout as sleep } from 'node:timers/promises';
import { TICKS_PER_SECOND } from './load-clock.ts';
import type { LatencyUs } from './load-report.ts';
import type { LoadSession } from './load-session.ts';
import { summarizeLatency } from './summarize-latency.ts';
import { type UsageFigures, UsageMeter } from './usage-meter.ts';

/** How often the end is looked for. */
const WATCH_MS = 5;
/** How long cycles that are under way at the end may take. */
const DRAIN_MS_MAX = 1_000;
/** Failures without one success after which it makes no sense to go on. */
const FAILURES_MAX = 1_000;

export interface StormPlan {
  readonly seconds: number;
  /** Cycles that are not counted, before. */
  readonly warmupSeconds: number;
  readonly serverPid: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (fraction: number) => void;
}

export interface StormFigures {
  readonly seconds: number;
  readonly cycles: number;
  readonly failed: number;
  /** Of whole cycles. */
  readonly latencyUs: LatencyUs;
  readonly usage: UsageFigures;
}

/** Every client of a session makes an allocation and ends it, again and again, each time from another address. */
export async function runAllocationStorm(session: LoadSession, plan: StormPlan): Promise<StormFigures> {
  const { clients, clock, latency, flows } = session;
  let [cycles, failed, running, isOver] = [0, 0, flows.allocationCount, false];
  const goOn = (client: number): void => {
    if (isOver) {
      running -= 1;
    } else {
      // Not from within the answer's handling: a client that fails at once would recurse.
      setImmediate(() => clients.start(client));
    }
  };
  session.clientEvents = {
    handleReady: () => {},
    handleReleased: (client, beganAt) => {
      if (!isOver) {
        cycles += 1;
        latency.add(clock.now() - beganAt);
      }
      goOn(client);
    },
    handleFailed: (client) => {
      failed += 1;
      goOn(client);
    },
  };
  for (let client = 0; client < flows.allocationCount; client += 1) {
    clients.start(client);
  }
  const pass = async (seconds: number, onProgress: (fraction: number) => void): Promise<void> => {
    const start = clock.now();
    const end = start + seconds * TICKS_PER_SECOND;
    while (clock.now() < end && plan.signal?.aborted !== true && (cycles > 0 || failed < FAILURES_MAX)) {
      await sleep(WATCH_MS);
      onProgress(Math.min(1, (clock.now() - start) / (end - start)));
    }
  };
  await pass(plan.warmupSeconds, () => {});
  cycles = 0;
  latency.clear();
  const meter = new UsageMeter(plan.serverPid);
  const start = clock.now();
  await pass(plan.seconds, plan.onProgress);
  isOver = true;
  const seconds = (clock.now() - start) / TICKS_PER_SECOND;
  const usage = meter.read();
  for (let waitedMs = 0; running > 0 && waitedMs < DRAIN_MS_MAX; waitedMs += WATCH_MS) {
    await sleep(WATCH_MS);
  }
  return { seconds, cycles, failed, latencyUs: summarizeLatency(latency), usage };
}
