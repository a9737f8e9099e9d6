import type { SourceFile } from './source-file.ts';

/** Where a rule is broken, and what to do instead. */
export interface Violation {
  readonly line: number;
  readonly message: string;
}

/** A file as a rule's own example has it. */
export interface Example {
  readonly path: string;
  readonly text: string;
}

/** One house rule that a program can check. Its examples keep it from rotting: it must catch the bad, and pass the good. */
export interface HouseRule {
  readonly name: string;
  /** Whether the rule speaks about the file at `path` at all. */
  appliesTo(path: string): boolean;
  check(file: SourceFile): readonly Violation[];
  readonly bad: readonly Example[];
  readonly good: readonly Example[];
}
