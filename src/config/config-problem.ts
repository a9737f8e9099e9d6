/** Where a value came from. `detail` is the line of a file, the name of a variable, or the flag. */
export interface Origin {
  readonly source: 'flag' | 'environment' | 'file' | 'default';
  readonly detail: string;
}

/** One reason not to start. */
export interface ConfigProblem {
  readonly origin: Origin;
  /** What is wrong, in a sentence without the origin. A secret's value is not in it. */
  readonly message: string;
}

/** The configuration cannot be used; `problems` has every reason. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ origin, message }) => `  ${describeOrigin(origin)}: ${message}`);
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    super(`The configuration has ${count}:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

/** `flag --turn-workers`, `environment TACITURN_DATA`, `taciturn.yaml:7`, `default`. */
export function describeOrigin(origin: Origin): string {
  switch (origin.source) {
    case 'file':
      return origin.detail;
    case 'default':
      return 'default';
    default:
      return `${origin.source} ${origin.detail}`;
  }
}
