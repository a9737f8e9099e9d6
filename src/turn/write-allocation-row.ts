import type { Instant } from '../base/clock.ts';
import { ROW_NUMBER, ROW_SERIAL, ROW_TRAFFIC } from '../contract/live-allocation.ts';
import type { ServerState } from './server-state.ts';

/** Writes the row of a live allocation, as `AllocationSlice` has it. */
export function writeAllocationRow(
  { allocations, meter }: ServerState,
  allocation: number,
  now: Instant,
  out: Float64Array,
  at: number,
): void {
  out[at + ROW_NUMBER] = allocation;
  out[at + ROW_SERIAL] = allocations.serialOf(allocation);
  meter.read(allocation, now, out, at + ROW_TRAFFIC);
}
