import type { UnixMs } from '../base/clock.ts';
import { TIME_DIMENSIONS } from './usage-dimension.ts';
import type { TimeComparison, UsageFilter } from './usage-query.ts';

/** A half-open range of whole minutes; it is open-ended where the filter sets no end. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
  /** What the filter demands besides. */
  readonly rest: UsageFilter;
}

/**
 * Takes the range of time out of a filter: the comparisons that hold for all of it, and that a range can express
 * exactly. A store reads a range by its key, and the rest row by row.
 */
export function readTimeRange(filter: UsageFilter): TimeRange {
  const rest: UsageFilter[] = [];
  let from = Number.NEGATIVE_INFINITY;
  let to = Number.POSITIVE_INFINITY;
  for (const part of listConjuncts(filter)) {
    const bounds = part.kind === 'time' ? readBounds(part) : undefined;
    if (bounds === undefined) {
      rest.push(part);
    } else {
      from = Math.max(from, bounds[0]);
      to = Math.min(to, bounds[1]);
    }
  }
  return { from, to, rest: { kind: 'all', of: rest } };
}

function listConjuncts(filter: UsageFilter): readonly UsageFilter[] {
  return filter.kind === 'all' ? filter.of.flatMap(listConjuncts) : [filter];
}

/** The minutes whose bucket compares so, as [from, to), or undefined when they are no single range. */
function readBounds({ dimension, operator, values }: TimeComparison): readonly [number, number] | undefined {
  const grain = TIME_DIMENSIONS[dimension];
  const value = values[0] as UnixMs;
  const floor = value - (value % grain);
  const ceiling = floor === value ? value : floor + grain;
  switch (operator) {
    case 'gt':
      return [floor + grain, Number.POSITIVE_INFINITY];
    case 'geq':
      return [ceiling, Number.POSITIVE_INFINITY];
    case 'lt':
      return [Number.NEGATIVE_INFINITY, ceiling];
    case 'leq':
      return [Number.NEGATIVE_INFINITY, floor + grain];
    case 'eq':
      // Between the starts of two buckets there is none, so the range is empty.
      return [ceiling, floor + grain];
    default:
      return undefined;
  }
}
