import type { DatagramSockets } from './datagram-sockets.ts';

/** An implementation of `DatagramSockets`. */
export type DatagramBackEnd = DatagramSockets['name'];

/** What an operator may ask for; `auto` is the first that works, the fastest first. */
export type DatagramWish = 'auto' | DatagramBackEnd;

/**
 * Why a back end does not serve. `platform`: there is none for this system. `addon_missing`: it was not built, or does
 * not load. `refused`: the kernel has no such calls, or does not let this process make them. `self_test_failed`: what
 * it sent over loopback did not arrive.
 */
export type BackEndFault = 'platform' | 'addon_missing' | 'refused' | 'self_test_failed';

/** Why a back end was chosen: it is the fastest, the operator asked for it, or a faster one does not serve. */
export type BackEndReason = 'fastest' | 'configured' | `io_uring_${BackEndFault}` | `mmsg_${BackEndFault}`;

/** The back end of all workers of a process. */
export interface ChosenBackEnd {
  readonly backEnd: DatagramBackEnd;
  readonly reason: BackEndReason;
  /** The reason in a sentence, without its full stop. */
  readonly explanation: string;
}
