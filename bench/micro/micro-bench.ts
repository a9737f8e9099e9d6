import { median, spreadPercent } from '../compare/median.ts';

/** One function, prepared to be called again and again. */
export interface MicroBench {
  readonly title: string;
  /** Makes what the calls need, and gives the call. What it returns is added up, so that no call can be optimised away. */
  readonly prepare: (defer: Defer) => () => number;
  /** Things that one call does, where it is more than one: what is measured is the time of one of them. */
  readonly thingsPerCall?: number;
}

/** Has something done when the calls are over. */
export type Defer = (end: () => void) => void;

export interface MicroResult {
  readonly nanoseconds: number;
  readonly spreadPercent: number;
}

/** Nanoseconds of a call: the median of some rounds of so many milliseconds, after one that warms up. */
export function measureMicroBench(bench: MicroBench, rounds: number, milliseconds: number): MicroResult {
  const ends: (() => void)[] = [];
  const call = bench.prepare((end) => ends.push(end));
  const calls = callsWithin(call, milliseconds);
  const things = calls * (bench.thingsPerCall ?? 1);
  const times = Array.from({ length: rounds }, () => timeCalls(call, calls) / things);
  for (const end of ends) {
    end();
  }
  return { nanoseconds: median(times) ?? 0, spreadPercent: spreadPercent(times) ?? 0 };
}

/** How many calls take about so long, found by doubling: which is the warm-up, too. */
function callsWithin(call: () => number, milliseconds: number): number {
  let calls = 100;
  while (timeCalls(call, calls) < milliseconds * 1e6) {
    calls *= 2;
  }
  return calls;
}

/** Where results go, so that they are used. */
let sink = 0;

function timeCalls(call: () => number, calls: number): number {
  let sum = 0;
  const start = process.hrtime.bigint();
  for (let i = 0; i < calls; i += 1) {
    sum += call();
  }
  const elapsed = Number(process.hrtime.bigint() - start);
  sink += sum;
  return Number.isNaN(sink) ? 0 : elapsed;
}
