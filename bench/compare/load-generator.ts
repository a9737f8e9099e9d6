import type { Figures } from './figures.ts';
import type { LoadPlan } from './load-plan.ts';
import type { RunningServer } from './running-server.ts';

/** Puts load on a server and tells what came of it. */
export interface LoadGenerator {
  /** As it stands in the results. */
  readonly name: string;
  /**
   * Runs a plan for so many seconds on the given cores.
   * @throws {Error} when the load could not be put on: the server refused, or the generator did not start.
   */
  measure(server: RunningServer, plan: LoadPlan, options: MeasureOptions): Promise<Figures>;
}

export interface MeasureOptions {
  readonly seconds: number;
  readonly cores: string;
}
