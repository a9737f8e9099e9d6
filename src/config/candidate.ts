import type { ConfigProblem, Origin } from './config-problem.ts';
import type { NamedSetting } from './setting-names.ts';

/** A value that one source has for one setting, not yet parsed. */
export interface Candidate {
  readonly setting: NamedSetting;
  readonly origin: Origin;
  /** The text of a flag or variable, or YAML's value. */
  readonly input: unknown;
  /** Whether the input names a file that holds the value. */
  readonly fromFile: boolean;
  /** For a YAML sequence: where each of its items stands. */
  readonly itemOrigins?: readonly Origin[];
}

/** What a source holds. */
export interface SourceReading {
  readonly candidates: readonly Candidate[];
  readonly problems: readonly ConfigProblem[];
}
