import { setTimeout as sleep } from 'node:timers/promises';
import { assert } from '../base/assert.ts';
import { CLOCK_SECONDS_MAX, TICKS_PER_SECOND, TICKS_PER_US } from './load-clock.ts';
import type { LatencyUs } from './load-report.ts';
import type { LoadSession } from './load-session.ts';
import type { Pacer } from './pacer.ts';
import { RatePacer } from './rate-pacer.ts';
import { readReceiveDrops } from './receive-drops.ts';
import { summarizeLatency } from './summarize-latency.ts';
import { type UsageFigures, UsageMeter } from './usage-meter.ts';
import { WindowPacer } from './window-pacer.ts';

/**
 * Packets that are sent at once. A server that sends runs of equal packets as one gains by longer bursts, which is its own merit
 * only as far as real traffic comes so; half of what fits between two flushes is a compromise.
 */
const PACKETS_PER_TURN_MAX = 32;
/** How often a closed loop looks whether something was lost, and the drain whether all is there. */
const WATCH_MS = 5;
/** How often an open loop tells how far it is. */
const PROGRESS_TICKS = 50_000 * TICKS_PER_US;
/** After the last packet was sent, arrivals are waited for: until nothing came for so long, and no longer than that. */
const DRAIN_QUIET_MS = 100;
const DRAIN_MS_MAX = 1_000;

/** Packets for a while: so many a second, or as many as a window lets under way. */
export interface PhasePlan {
  readonly seconds: number;
  readonly ratePerSecond: number;
  readonly windowPackets: number | undefined;
  readonly serverPid: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (fraction: number) => void;
}

/** What came of it. */
export interface PhaseFigures {
  readonly seconds: number;
  readonly sent: number;
  readonly delivered: number;
  readonly relayed: number;
  readonly lossPercent: number;
  readonly latencyUs: LatencyUs;
  readonly usage: UsageFigures;
  readonly busyPercent: number;
  readonly drops: number;
  readonly skipped: number;
  readonly refused: number;
}

/** Sends packets of a session for a while, waits for those under way, and tells what became of them. */
export class TrafficPhase {
  readonly #session: LoadSession;
  readonly #plan: PhasePlan;
  readonly #isEcho: boolean;

  constructor(session: LoadSession, plan: PhasePlan, isEcho: boolean) {
    this.#session = session;
    this.#plan = plan;
    this.#isEcho = isEcho;
  }

  async run(): Promise<PhaseFigures> {
    const session = this.#session;
    this.#restart();
    const locals = session.endpoints.listLocals();
    const dropsBefore = readReceiveDrops(locals);
    const refusedBefore = session.refused;
    const meter = new UsageMeter(this.#plan.serverPid);
    const start = session.clock.now();
    const end = start + this.#plan.seconds * TICKS_PER_SECOND;
    const pacer = this.#choosePacer(start);
    await (pacer.isTimed ? this.#sendOnTime(pacer, start, end) : this.#sendOnArrivals(pacer, start, end));
    const seconds = (Math.min(session.clock.now(), end) - start) / TICKS_PER_SECOND;
    await this.#drain();
    const usage = meter.read();
    session.checker.isCounting = false;
    const { counts, latency } = session;
    const [sent, delivered] = [this.#sent, this.#delivered];
    return {
      seconds,
      sent,
      delivered,
      relayed: counts.deliveredUp + counts.deliveredDown,
      lossPercent: sent === 0 ? 100 : (100 * (sent - delivered)) / sent,
      latencyUs: summarizeLatency(latency),
      usage,
      busyPercent: (100 * session.busyTicks) / TICKS_PER_SECOND / usage.wallSeconds,
      drops: readReceiveDrops(locals) - dropsBefore,
      skipped: pacer.skipped,
      refused: session.refused - refusedBefore,
    };
  }

  get #sent(): number {
    const { counts } = this.#session;
    return this.#isEcho ? counts.sentUp : counts.sentUp + counts.sentDown;
  }

  get #delivered(): number {
    const { counts } = this.#session;
    return this.#isEcho ? counts.deliveredDown : counts.deliveredUp + counts.deliveredDown;
  }

  #restart(): void {
    const { flows, counts, latency, sender, checker, clock } = this.#session;
    assert(clock.now() < CLOCK_SECONDS_MAX * TICKS_PER_SECOND, 'a run is over before its clock outgrows a payload');
    flows.restart();
    counts.clear();
    latency.clear();
    sender.epoch = (sender.epoch + 1) & 0xff;
    checker.epoch = sender.epoch;
    checker.isCounting = true;
    this.#session.busyTicks = 0;
  }

  #choosePacer(nowTicks: number): Pacer {
    const { windowPackets, ratePerSecond } = this.#plan;
    return windowPackets === undefined
      ? new RatePacer(ratePerSecond, PACKETS_PER_TURN_MAX, nowTicks)
      : new WindowPacer(windowPackets, PACKETS_PER_TURN_MAX, nowTicks);
  }

  /** An open loop: it never sleeps, so that it is on time. */
  #sendOnTime(pacer: Pacer, start: number, end: number): Promise<void> {
    const session = this.#session;
    let toldAt = start;
    return new Promise((resolve) => {
      const turn = (): void => {
        const now = session.clock.now();
        if (now >= end || this.#plan.signal?.aborted === true) {
          resolve();
          return;
        }
        const due = pacer.countDue(now, 0, 0);
        if (due > 0) {
          session.sender.send(due, now);
          session.busyTicks += session.clock.now() - now;
        }
        if (now - toldAt > PROGRESS_TICKS) {
          toldAt = now;
          this.#plan.onProgress((now - start) / (end - start));
        }
        setImmediate(turn);
      };
      turn();
    });
  }

  /** A closed loop: what arrives wakes it, and a timer that looks for what was lost. */
  async #sendOnArrivals(pacer: Pacer, start: number, end: number): Promise<void> {
    const session = this.#session;
    const pump = (now: number): void => {
      let due = now < end ? pacer.countDue(now, this.#sent, this.#delivered) : 0;
      for (; due > 0; due = pacer.countDue(now, this.#sent, this.#delivered)) {
        session.sender.send(due, now);
      }
    };
    session.onArrivals = pump;
    for (let now = start; now < end && this.#plan.signal?.aborted !== true; now = session.clock.now()) {
      pump(now);
      this.#plan.onProgress((now - start) / (end - start));
      await sleep(WATCH_MS);
    }
    session.onArrivals = () => {};
  }

  async #drain(): Promise<void> {
    let delivered = this.#delivered;
    let quietMs = 0;
    for (let waitedMs = 0; waitedMs < DRAIN_MS_MAX && quietMs < DRAIN_QUIET_MS; waitedMs += WATCH_MS) {
      if (delivered >= this.#sent) {
        return;
      }
      await sleep(WATCH_MS);
      quietMs = this.#delivered === delivered ? quietMs + WATCH_MS : 0;
      delivered = this.#delivered;
    }
  }
}
