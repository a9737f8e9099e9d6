import type { FigureName } from './figures.ts';
import type { LoadPlan } from './load-plan.ts';

/** Who is measured: this project's service, coturn, and the bare forwarder that no relay can beat by far. */
export type ContenderName = 'taciturn' | 'coturn' | 'floor';

/** One thing that is measured, of each contender in turn. */
export interface BenchRow {
  /** Chosen on the command line, and kept with the results. */
  readonly id: string;
  readonly title: string;
  readonly plan: LoadPlan;
  /** Who can run it. */
  readonly contenders: readonly ContenderName[];
  /** What it is about; the other figures are kept all the same. */
  readonly figures: readonly [FigureName, ...FigureName[]];
  /** Worker threads; more than one take all cores, and the generator shares these. */
  readonly workers: number;
  /** Whether each round takes a server that was just started, as a measurement of memory must. */
  readonly isFresh: boolean;
}
