import type { MessageFromWorker, MessageToWorker, ReservedPortRef } from '../contract/worker-message.ts';

interface Loan {
  readonly owner: number;
  readonly borrower: number;
  readonly port: ReservedPortRef;
}

type From<Kind extends MessageFromWorker['kind']> = Extract<MessageFromWorker, { readonly kind: Kind }>;

/**
 * Carries reserved ports from the worker that keeps them to the one whose client brought the token (RFC 8656 §7.2), and back.
 *
 * It remembers who has lent what to whom, because workers die: a fresh one has a fresh pool, in which the ports that its
 * predecessor lent are free, so that they must not come back; and what its predecessor borrowed must.
 */
export class ReservationRouter {
  /** Hands a message to a worker; false when it does not run. */
  readonly #post: (worker: number, message: MessageToWorker) => boolean;
  readonly #loans = new Map<string, Loan>();

  constructor(post: (worker: number, message: MessageToWorker) => boolean) {
    this.#post = post;
  }

  /** A worker's client holds a token that names `owner`, which may be any number. */
  claim(from: number, { owner, claim, token }: From<'claim-reservation'>): void {
    if (!this.#post(owner, { kind: 'claim-reservation', from, claim, token })) {
      this.#post(from, { kind: 'reservation-claimed', owner, claim, port: undefined });
    }
  }

  /** The owner has answered. */
  answerClaim(owner: number, { to, claim, port }: From<'reservation-claimed'>): void {
    const isDelivered = this.#post(to, { kind: 'reservation-claimed', owner, claim, port });
    if (port !== undefined && isDelivered) {
      this.#loans.set(keyOf(owner, port), { owner, borrower: to, port });
    } else if (port !== undefined) {
      this.#post(owner, { kind: 'return-port', port });
    }
  }

  /** The borrower needs the port no more. */
  returnPort({ owner, port }: From<'return-port'>): void {
    if (this.#loans.delete(keyOf(owner, port))) {
      this.#post(owner, { kind: 'return-port', port });
    }
  }

  /** A worker has died. */
  endWorker(worker: number): void {
    for (const [key, { owner, borrower, port }] of this.#loans) {
      if (owner === worker || borrower === worker) {
        this.#loans.delete(key);
      }
      if (borrower === worker && owner !== worker) {
        this.#post(owner, { kind: 'return-port', port });
      }
    }
  }
}

function keyOf(owner: number, { relayAddress, port }: ReservedPortRef): string {
  return `${owner} ${relayAddress} ${port}`;
}
