/** What one path showed. Times are in milliseconds. */
export interface PathResult {
  readonly isOk: boolean;
  /** From the start to the candidate that the path should bring. */
  readonly gatherMs?: number;
  /** There and back through the relay, twice each way, since both ends are here. */
  readonly roundTripMs?: number;
  readonly bitsPerSecond?: number;
  /** The address that the path brought. */
  readonly address?: string;
  readonly failure?: string;
}
