/** A broken invariant: a bug of ours, never bad input. It ends the worker that meets it. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/**
 * Ends the worker when `condition` is false.
 * @throws {AssertionError} with `message`, which states the invariant that was expected to hold.
 */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) {
    throw new AssertionError(message);
  }
}

/** Marks a branch that the types prove impossible, so that a new union member fails to compile. */
export function unreachable(value: never): never {
  throw new AssertionError(`unreachable: ${String(value)}`);
}
