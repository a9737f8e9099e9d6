import type { AddressWords } from '../base/socket-address.ts';
import type { Change } from './change.ts';
import type { ClientTransport } from './ids.ts';
import type { LiveAnswer, LiveQuestion } from './live-workers.ts';
import type { RelayNotice, RelayNoticeKind } from './relay-notice.ts';
import type { UsageDelta } from './usage-delta.ts';

/*
 * What the supervisor and a worker tell each other, as structured clones between threads of one process; so no version is
 * needed. Messages of one direction arrive in order. No packet is ever in one.
 */

/** A port that one worker has reserved next to another (EVEN-PORT, RFC 8656 §7.2): the place of its address, and its number. */
export interface ReservedPortRef {
  readonly relayAddress: number;
  readonly port: number;
}

/** A listener of the service. */
export interface ListenAddress {
  readonly transport: ClientTransport;
  /** The address and port; a wildcard stands for every address of its family. */
  readonly address: AddressWords;
}

export type MessageToWorker =
  /** Bind every listener; answered by `listening` or `bind-failed`. Workers are asked one after the other. */
  | { readonly kind: 'listen' }
  /** Close and bind every UDP listener anew; answered by `rebound` or `bind-failed`. */
  | { readonly kind: 'rebind' }
  /** In the order in which they were made. */
  | { readonly kind: 'apply-changes'; readonly changes: readonly Change[] }
  /** The revoked usernames are found in this memory from now on. Comes before `listen`, and whenever they have moved. */
  | { readonly kind: 'revoked-moved'; readonly memory: SharedArrayBuffer }
  /** Every address of every interface of this host, for the peer policy. */
  | { readonly kind: 'set-interfaces'; readonly interfaces: readonly AddressWords[] }
  /** New TLS handshakes are made with these PEM texts. */
  | { readonly kind: 'set-certificate'; readonly certificate: string; readonly key: string }
  /** Tell notices of these kinds from now on, and no others. */
  | { readonly kind: 'want-notices'; readonly kinds: readonly RelayNoticeKind[] }
  /** Another worker's client holds the token; answered by `reservation-claimed`. */
  | { readonly kind: 'claim-reservation'; readonly from: number; readonly claim: number; readonly token: Uint8Array }
  /** The answer to the worker's own `claim-reservation`; no port when nothing is behind the token. */
  | {
      readonly kind: 'reservation-claimed';
      readonly owner: number;
      readonly claim: number;
      readonly port: ReservedPortRef | undefined;
    }
  /** A port that the worker had given away is free. */
  | { readonly kind: 'return-port'; readonly port: ReservedPortRef }
  /** Answered by the `live-answer` of the same number. */
  | { readonly kind: 'live-question'; readonly number: number; readonly question: LiveQuestion }
  /** New allocations are refused from now on, and stream listeners closed; what lives goes on. */
  | { readonly kind: 'drain' }
  /** Report usage now; answered by `usage-flushed`, behind the report. */
  | { readonly kind: 'flush-usage' }
  /** Report `n` of this place has been stored; it may be a predecessor's. */
  | { readonly kind: 'usage-stored'; readonly n: number }
  /** Close everything; the thread ends by itself, behind a last report. */
  | { readonly kind: 'stop' };

export type MessageFromWorker =
  /** The thread runs, and may be asked to listen. */
  | { readonly kind: 'ready' }
  /** All listeners are bound. */
  | { readonly kind: 'listening' }
  | { readonly kind: 'rebound' }
  /** A listener could not be bound. `reason` is a sentence. */
  | { readonly kind: 'bind-failed'; readonly listen: ListenAddress; readonly reason: string }
  /** A relay's socket could not be opened; told once a minute at most. `reason` is the system's. */
  | { readonly kind: 'relay-open-failed'; readonly failure: string; readonly reason: string }
  | { readonly kind: 'usage'; readonly delta: UsageDelta }
  | { readonly kind: 'usage-flushed' }
  | { readonly kind: 'live-answer'; readonly number: number; readonly answer: LiveAnswer }
  /** `dropped` is how many more there were, for which there was no room. */
  | { readonly kind: 'notices'; readonly notices: readonly RelayNotice[]; readonly dropped: number }
  /** Ask worker `owner` for the port behind a token. */
  | { readonly kind: 'claim-reservation'; readonly owner: number; readonly claim: number; readonly token: Uint8Array }
  /** The answer to another worker's claim. */
  | {
      readonly kind: 'reservation-claimed';
      readonly to: number;
      readonly claim: number;
      readonly port: ReservedPortRef | undefined;
    }
  | { readonly kind: 'return-port'; readonly owner: number; readonly port: ReservedPortRef };
