import type { AccountId } from './ids.ts';
import type { AllocationDetail, AllocationQuery, AllocationRef, AllocationSlice } from './live-allocation.ts';

/** What the live view wants of a worker. An allocation of another incarnation has ended. */
export type LiveQuestion =
  | { readonly kind: 'read'; readonly query: AllocationQuery }
  | ({ readonly kind: 'describe' | 'end' } & LiveTarget);

/** One allocation, as the account that may see it names it. */
export interface LiveTarget {
  readonly accountId: AccountId;
  readonly incarnation: string;
  readonly ref: AllocationRef;
}

export type LiveAnswer =
  | { readonly kind: 'read'; readonly slice: AllocationSlice }
  | { readonly kind: 'describe'; readonly detail: AllocationDetail | undefined }
  /** Whether it had not ended before. */
  | { readonly kind: 'end'; readonly isEnded: boolean };

/** The workers of a node, as the live view sees them. */
export interface LiveWorkers {
  /** 0 while there is no relay. */
  readonly workerCount: number;
  /** Asks a worker; undefined when it does not run, dies, or takes too long. */
  ask(worker: number, question: LiveQuestion): Promise<LiveAnswer | undefined>;
}
