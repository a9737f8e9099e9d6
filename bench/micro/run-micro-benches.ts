import { measureMicroBench } from './micro-bench.ts';
import { microBenches } from './micro-benches.ts';

const ROUNDS = 7;
const ROUND_MS = 100;

/** Prints nanoseconds a call of every hot function. */
export function runMicroBenches(): void {
  for (const bench of microBenches) {
    const { nanoseconds, spreadPercent } = measureMicroBench(bench, ROUNDS, ROUND_MS);
    const time = nanoseconds.toFixed(nanoseconds < 100 ? 1 : 0).padStart(8);
    console.log(`${time} ns  ± ${(spreadPercent / 2).toFixed(0).padStart(2)} %  ${bench.title}`);
  }
}
