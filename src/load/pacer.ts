/** When how many packets are sent. Time and counts are arguments: a pacer is exact in virtual time. */
export interface Pacer {
  /** Packets that were due, and that nobody will send any more: the generator was late. */
  readonly skipped: number;
  /** Whether it must be asked all the time, or only when something arrived. */
  readonly isTimed: boolean;
  /** Packets to send at `nowTicks`, when `sent` were sent and `delivered` of them have arrived. */
  countDue(nowTicks: number, sent: number, delivered: number): number;
}
