import type { AddressWords } from '../base/socket-address.ts';
import type { ClientSocketId, RelaySocketId } from './path.ts';

/** Something rare that the shell does for the server; `TurnServer.nextCommand` hands them out in order. */
export type Command =
  /**
   * Open a UDP socket that belongs to this relay alone. Answered by `handleRelayOpened` or `handleRelayOpenFailed`, unless
   * `close-relay` comes first: then neither, ever.
   */
  | {
      readonly kind: 'open-relay';
      readonly relay: RelaySocketId;
      /** The address and port to bind. */
      readonly local: AddressWords;
      /** Set DF on what is sent. */
      readonly dontFragment: boolean;
    }
  /** Close the relay's socket, open or opening. From now on nothing names it, until it is opened anew. */
  | { readonly kind: 'close-relay'; readonly relay: RelaySocketId }
  /** End a stream connection whose credential has ended. `removeClientSocket` still follows. */
  | { readonly kind: 'close-client'; readonly socket: ClientSocketId }
  /** Ask `worker` for the port behind a reservation token (its `claimReservation`). Answered by `handleReservationClaimed`. */
  | {
      readonly kind: 'claim-reservation';
      readonly claim: number;
      readonly worker: number;
      readonly token: Uint8Array;
    }
  /** Tell `worker` that a port it gave away is free again (its `returnPort`). */
  | { readonly kind: 'return-port'; readonly worker: number; readonly port: ReservedPort };

/** A port of a relay address, both of one worker's share. */
export interface ReservedPort {
  /** The relay address, as its place in `TurnServerOptions.relays`. */
  readonly relayAddress: number;
  readonly port: number;
}

/** Commands that the shell has not fetched yet, first in first out. */
export class CommandQueue {
  readonly #commands: Command[] = [];
  #next = 0;

  push(command: Command): void {
    this.#commands.push(command);
  }

  shift(): Command | undefined {
    const command = this.#commands[this.#next];
    if (command === undefined) {
      return undefined;
    }
    this.#next += 1;
    if (this.#next === this.#commands.length) {
      this.#commands.length = 0;
      this.#next = 0;
    }
    return command;
  }
}
