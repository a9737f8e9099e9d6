import type { BenchCertificate } from '../compare/bench-certificate.ts';

/** Figures of one round by their names, each with its unit last. */
export type ControlFigures = Readonly<Record<string, number>>;

export interface ControlConditions {
  readonly certificate: BenchCertificate;
  readonly seconds: number;
  /** Credentials that are revoked in a round. */
  readonly revocations: number;
  readonly serverCores: string;
  readonly generatorCores: string;
}

/** What a figure has to be: `must` for the run to be good, `aim` for more. */
export interface ControlTarget {
  readonly figure: string;
  readonly isMoreBetter: boolean;
  readonly must: number;
  readonly aim: number;
}

/** One thing about the control plane that is measured, each round on a service that was just started. */
export interface ControlRow {
  readonly id: string;
  readonly title: string;
  readonly targets: readonly ControlTarget[];
  measure(conditions: ControlConditions): Promise<ControlFigures>;
}
