import type { AddressWords } from '../../base/socket-address.ts';
import type { DatagramHandler, SocketToken } from './datagram-sockets.ts';
import { openFailureOf } from './open-failure.ts';

/** Why a socket did not open: the system's name of the error, and a sentence. */
export interface OpenError {
  readonly code: string | undefined;
  readonly message: string;
}

interface Outcome {
  readonly token: SocketToken;
  readonly local: AddressWords;
  readonly error: OpenError | undefined;
}

/** What came of opening sockets, until the event loop's next turn tells the handler. */
export class OpenOutcomes {
  readonly #outcomes: Outcome[] = [];

  /** `local` is the bound address, where there is no error. */
  add(token: SocketToken, local: AddressWords, error: OpenError | undefined): void {
    this.#outcomes.push({ token, local, error });
  }

  /** Its socket was closed before the answer: nobody is told. */
  drop(token: SocketToken): void {
    for (let index = this.#outcomes.length - 1; index >= 0; index--) {
      if (this.#outcomes[index]?.token === token) {
        this.#outcomes.splice(index, 1);
      }
    }
  }

  /** What the handler opens meanwhile is left to the next turn. */
  tell(handler: DatagramHandler): void {
    for (let left = this.#outcomes.length; left > 0; left--) {
      const outcome = this.#outcomes.shift();
      if (outcome?.error !== undefined) {
        handler.handleOpenFailed(outcome.token, openFailureOf(outcome.error.code), outcome.error.message);
      } else if (outcome !== undefined) {
        handler.handleOpened(outcome.token, outcome.local);
      }
    }
  }
}
