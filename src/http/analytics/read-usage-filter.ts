import { ANALYTICS_FILTER_DEPTH_MAX } from '../../base/limits.ts';
import { ControlError } from '../../control/errors.ts';
import { isTimeDimension, type TextDimension } from '../../control/usage-dimension.ts';
import type { TextComparison, TimeComparison, UsageFilter } from '../../control/usage-query.ts';

/** A filter as the schema has read it: its members are comparisons by name, `AND`, and `OR`. */
export type FilterInput = Readonly<Record<string, unknown>>;

const COMPARISON = /^([A-Za-z]+)(?:_(gt|geq|lt|leq|neq|in|notin|like))?$/;

/**
 * The filter that a filter of the schema means. A member that is null, and an `OR` of nothing, ask for nothing.
 * @throws {ControlError} `query-too-complex` when it is nested too deeply.
 */
export function readUsageFilter(input: FilterInput, depth = 0): UsageFilter {
  if (depth > ANALYTICS_FILTER_DEPTH_MAX) {
    throw new ControlError(
      'query-too-complex',
      `A filter may be nested ${ANALYTICS_FILTER_DEPTH_MAX} levels deep at most.`,
    );
  }
  const members = Object.entries(input).filter(([, value]) => value !== null && value !== undefined);
  return { kind: 'all', of: members.flatMap(([name, value]) => readMember(name, value, depth)) };
}

function readMember(name: string, value: unknown, depth: number): readonly UsageFilter[] {
  if (name !== 'AND' && name !== 'OR') {
    return [readComparison(name, value)];
  }
  const parts = (value as readonly FilterInput[]).map((part) => readUsageFilter(part, depth + 1));
  return parts.length === 0 ? [] : [{ kind: name === 'AND' ? 'all' : 'any', of: parts }];
}

function readComparison(name: string, value: unknown): TimeComparison | TextComparison {
  const [, dimension = '', operator = 'eq'] = COMPARISON.exec(name) ?? [];
  const values = Array.isArray(value) ? value : [value];
  // The schema has no other names, and no `like` of a time.
  return isTimeDimension(dimension)
    ? { kind: 'time', dimension, operator: operator as TimeComparison['operator'], values }
    : { kind: 'text', dimension: dimension as TextDimension, operator: operator as TextComparison['operator'], values };
}
