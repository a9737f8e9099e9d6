import { ControlError } from '../errors.ts';

/** Signing in was tried too often from one address, or for one email. */
export class TooManySignInsError extends ControlError {
  /** When to try again. */
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    const minutes = Math.ceil(retryAfterSeconds / 60);
    super(
      'too-many-sign-ins',
      `Signing in was tried too often from this address, or for this email. Try again in ${minutes} minutes.`,
    );
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
