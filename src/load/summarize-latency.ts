import type { LatencyHistogram } from './latency-histogram.ts';
import { TICKS_PER_US } from './load-clock.ts';
import type { LatencyUs } from './load-report.ts';

/** A histogram of ticks, as a report tells it. */
export function summarizeLatency(ticks: LatencyHistogram): LatencyUs {
  const quantileUs = (share: number): number => ticks.quantile(share) / TICKS_PER_US;
  return { p50: quantileUs(0.5), p90: quantileUs(0.9), p99: quantileUs(0.99), max: ticks.max / TICKS_PER_US };
}
