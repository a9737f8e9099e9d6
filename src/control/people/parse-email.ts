import { EMAIL_BYTES_MAX } from '../../base/limits.ts';
import { ControlError } from '../errors.ts';
import { isStorableText } from '../storable-text.ts';

const EMAIL = /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u;

/**
 * An email address as it is kept: in lower case, since nobody remembers how they wrote theirs.
 * @throws {ControlError} `invalid-email`.
 */
export function parseEmail(input: unknown): string {
  const email = isStorableText(input, EMAIL_BYTES_MAX) ? input.trim().toLowerCase() : '';
  if (!EMAIL.test(email)) {
    throw new ControlError(
      'invalid-email',
      `email must be an address as ada@example.com, of at most ${EMAIL_BYTES_MAX} bytes.`,
      '/email',
    );
  }
  return email;
}
