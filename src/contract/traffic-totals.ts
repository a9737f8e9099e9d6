/** What has been moved, in TURN bytes between client and server: see `UsageRow`. */
export interface TrafficTotals {
  /** Client to server. */
  readonly ingressBytes: number;
  readonly ingressPackets: number;
  /** Server to client. */
  readonly egressBytes: number;
  readonly egressPackets: number;
}
