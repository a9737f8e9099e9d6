import type { LoadErrors } from './load-report.ts';

/** `LoadErrors`, while they are being counted. */
export type ErrorCounts = { -readonly [Name in keyof LoadErrors]: number };

export function zeroErrors(): ErrorCounts {
  return {
    corrupted: 0,
    misrouted: 0,
    duplicated: 0,
    reordered: 0,
    stale: 0,
    unexpected: 0,
    badIntegrity: 0,
  };
}

/** Packets of one phase. */
export class TrafficCounts {
  sentUp = 0;
  sentDown = 0;
  deliveredUp = 0;
  deliveredDown = 0;

  clear(): void {
    this.sentUp = 0;
    this.sentDown = 0;
    this.deliveredUp = 0;
    this.deliveredDown = 0;
  }
}
