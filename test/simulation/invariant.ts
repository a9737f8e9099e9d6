/** What must hold after every step of a simulation. */
export type InvariantName =
  /** Nothing passes between a peer and a client without a live permission; what has one, passes. */
  | 'permission'
  /** Nothing is relayed to or from an allocation that has ended. */
  | 'dead-allocation'
  /** Nothing is sent out of a relay socket that is not open; a socket is open exactly as long as its allocation lives. */
  | 'relay-socket'
  /** A relay port is in its worker's slice, and open once. */
  | 'relay-port'
  /** Every input packet is in exactly one outcome counter. */
  | 'counters'
  /** No credential has more allocations than its quota, and every one is given back. */
  | 'quota'
  /** A worker holds no more of anything than its limits say. */
  | 'limit'
  /** No allocation is relayed more for than its limits of packets and bits a second say. */
  | 'rate'
  /** The usage reported is what was exchanged. */
  | 'usage'
  /** A request gets the answer that the RFC asks for, and only one. */
  | 'answer'
  /** A payload arrives as it was sent, where it was sent. */
  | 'payload'
  /** A buffer lent to the server changes only where the server may write; what it lends stays until the flush. */
  | 'buffer'
  /** A timer that has been served is not due any more. */
  | 'timer'
  /** Nothing is left of an allocation that has ended. */
  | 'leftover';

/** An invariant that did not hold: a bug of the server, or of the simulation. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';
  readonly invariant: InvariantName;

  constructor(invariant: InvariantName, detail: string) {
    super(`${invariant}: ${detail}`);
    this.invariant = invariant;
  }
}

/** @throws {InvariantViolation} when `holds` is false. */
export function requireInvariant(holds: boolean, invariant: InvariantName, detail: () => string): asserts holds {
  if (!holds) {
    throw new InvariantViolation(invariant, detail());
  }
}
