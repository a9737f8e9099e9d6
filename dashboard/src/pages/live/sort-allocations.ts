import type { LiveAllocation } from './live-allocation.ts';

/** What a column of the table is sorted by. */
export const SORT_COLUMNS = [
  'custom_identifier',
  'key_uid',
  'transport',
  'client_address',
  'peer_count',
  'egress_bits_per_second',
  'ingress_bits_per_second',
  'egress_bytes',
  'started_on',
] as const;
export type SortColumn = (typeof SORT_COLUMNS)[number];

export interface Sorting {
  readonly by: SortColumn;
  readonly isDescending: boolean;
}

/** Sorted by a column, and where that is equal by what never changes, so that rows keep their places. */
export function sortAllocations(
  allocations: readonly LiveAllocation[],
  { by, isDescending }: Sorting,
  keyNames: ReadonlyMap<string, string>,
): readonly LiveAllocation[] {
  const read = (one: LiveAllocation): string | number =>
    by === 'key_uid' ? (keyNames.get(one.key_uid) ?? '') : one[by];
  const sign = isDescending ? -1 : 1;
  return allocations.toSorted((one, other) => sign * compare(read(one), read(other)) || compare(one.id, other.id));
}

function compare(one: string | number, other: string | number): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
