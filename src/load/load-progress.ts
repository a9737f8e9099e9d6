/** How far a run is. */
export interface LoadProgress {
  readonly stage: 'setting up' | 'warming up' | 'running' | 'searching' | 'releasing';
  /** 0 to 1; absent where the end is not known. */
  readonly fraction?: number;
  readonly detail: string;
}
