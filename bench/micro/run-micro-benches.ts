import { measureMicroBench } from './micro-bench.ts';
import { microBenches } from './micro-benches.ts';
import { printCrowds } from './print-crowds.ts';

const ROUNDS = 7;
const ROUND_MS = 100;

/** Prints nanoseconds a call of every hot function, and what an allocation costs among many. */
export function runMicroBenches(): void {
  for (const bench of microBenches) {
    const { nanoseconds, spreadPercent } = measureMicroBench(bench, ROUNDS, ROUND_MS);
    const time = nanoseconds.toFixed(nanoseconds < 100 ? 1 : 0).padStart(8);
    console.log(`${time} ns  ± ${(spreadPercent / 2).toFixed(0).padStart(2)} %  ${bench.title}`);
  }
  console.log();
  printCrowds();
}
