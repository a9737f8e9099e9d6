import type { AllocationRecord, AllocationTraffic } from '../contract/live-allocation.ts';

/** A live allocation as one moment found it. */
export interface LiveAllocation {
  /** Its name for ever: 32 hexadecimal digits. */
  readonly id: string;
  readonly record: AllocationRecord;
  readonly traffic: AllocationTraffic;
}
