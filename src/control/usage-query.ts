import type { UnixMs } from '../base/clock.ts';
import type { TextDimension, TimeDimension, UsageDimension } from './usage-dimension.ts';

/** A question about the usage of one account. */
export interface UsageQuery {
  /** What is grouped by; without any there is one group, of everything. */
  readonly dimensions: readonly UsageDimension[];
  readonly filter: UsageFilter;
  readonly orderBy: readonly UsageOrder[];
  /** Groups, at most. */
  readonly limit: number;
}

/** What a row of usage must be like: a tree whose leaves compare one dimension with a value. */
export type UsageFilter =
  | { readonly kind: 'all' | 'any'; readonly of: readonly UsageFilter[] }
  | TimeComparison
  | TextComparison;

/** Compares the start of the bucket that the usage lies in. */
export interface TimeComparison {
  readonly kind: 'time';
  readonly dimension: TimeDimension;
  readonly operator: OrderOperator | SetOperator;
  /** One for the operators of order, any number for those of sets. */
  readonly values: readonly UnixMs[];
}

export interface TextComparison {
  readonly kind: 'text';
  readonly dimension: TextDimension;
  /** `like` has `%` for any text and `_` for one character, and tells cases apart. */
  readonly operator: OrderOperator | SetOperator | 'like';
  readonly values: readonly string[];
}

export type OrderOperator = 'eq' | 'neq' | 'gt' | 'geq' | 'lt' | 'leq';
export type SetOperator = 'in' | 'notin';

export type UsageMeasure = 'ingressBytes' | 'egressBytes' | 'concurrentConnections' | 'count';

export interface UsageOrder {
  readonly by: UsageDimension | UsageMeasure;
  readonly isDescending: boolean;
}

/** One group of an answer. */
export interface UsageGroup {
  /** Of the dimensions that were asked for: a bucket's start, or a text. */
  readonly dimensions: Readonly<Partial<Record<UsageDimension, UnixMs | string>>>;
  readonly ingressBytes: number;
  readonly egressBytes: number;
  /** Allocations that began. */
  readonly count: number;
  /** Live allocations, averaged over the part of the bucket that lies within the query's range and is over. */
  readonly concurrentConnections: number;
}
