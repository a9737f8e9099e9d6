import { FIGURE_NAMES, type FigureName, type Figures, pickFigures } from './figures.ts';

/** The middle of the values, or the mean of the two middle ones; undefined of none. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  const lower = sorted[middle - 1];
  return upper === undefined || lower === undefined || sorted.length % 2 === 1 ? upper : (lower + upper) / 2;
}

/** How far the values lie apart: largest less smallest, in percent of the median; undefined of none or around zero. */
export function spreadPercent(values: readonly number[]): number | undefined {
  const middle = median(values);
  return middle === undefined || middle === 0
    ? undefined
    : (100 * (Math.max(...values) - Math.min(...values))) / Math.abs(middle);
}

/** Each figure's median over the rounds that measured it. */
export function medianFigures(rounds: readonly Figures[]): Figures {
  return pickFigures(Object.fromEntries(FIGURE_NAMES.map((name) => [name, median(valuesOf(rounds, name))])));
}

/** One figure of every round that measured it. */
export function valuesOf(rounds: readonly Figures[], name: FigureName): readonly number[] {
  return rounds.map((round) => round[name]).filter((value) => value !== undefined);
}
