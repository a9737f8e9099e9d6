/** How fast a load is offered. */
export type Pace =
  /** As fast as the server answers: at most so many packets are under way. It saturates the server and loses nothing. */
  | { readonly kind: 'window'; readonly packets: number }
  /** So many packets a second in all, whatever becomes of them. */
  | { readonly kind: 'rate'; readonly perSecond: number }
  /** The highest rate at which less than 0.1 % is lost. */
  | { readonly kind: 'search' };

/** Packets on their way through the relay. */
export interface TrafficPlan {
  readonly kind: 'traffic';
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** Client to peer, peer to client, or half and half. */
  readonly direction: 'up' | 'down' | 'both';
  readonly allocations: number;
  readonly sizeBytes: number;
  readonly pace: Pace;
}

/** What a load generator is asked to do to a server, whichever generator and whichever server it is. */
export type LoadPlan =
  | TrafficPlan
  /** Allocate, then Refresh with lifetime 0, again and again. */
  | { readonly kind: 'cycles'; readonly inFlight: number }
  /** Allocations that are made and kept while the server's memory is read. */
  | { readonly kind: 'memory'; readonly allocations: number };
