import type { ContenderName } from './bench-row.ts';
import type { BenchTarget } from './bench-targets.ts';
import { type Figures, isMoreBetter } from './figures.ts';

export type Verdict = 'aim' | 'must' | 'missed';

/** What came of one target. */
export interface Judgement {
  readonly target: BenchTarget;
  /** What is compared with `must` and `aim`: ours divided by theirs, or ours. */
  readonly score: number;
  readonly verdict: Verdict;
}

/** Judges the medians of one row; undefined where what the target compares was not measured. */
export function judgeTarget(
  target: BenchTarget,
  medians: Readonly<Partial<Record<ContenderName, Figures>>>,
): Judgement | undefined {
  const ours = medians.taciturn?.[target.figure];
  const theirs = target.against === 'nothing' ? undefined : medians[target.against]?.[target.figure];
  if (ours === undefined || (target.against !== 'nothing' && (theirs === undefined || theirs === 0))) {
    return undefined;
  }
  const score = theirs === undefined ? ours : ours / theirs;
  return { target, score, verdict: judgeScore(target, score) };
}

function judgeScore({ figure, must, aim }: BenchTarget, score: number): Verdict {
  const reaches = (limit: number): boolean => (isMoreBetter(figure) ? score >= limit : score <= limit);
  if (reaches(aim)) {
    return 'aim';
  }
  return reaches(must) ? 'must' : 'missed';
}
