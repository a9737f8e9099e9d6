import { NAME_BYTES_MAX } from '../../base/limits.ts';
import { ControlError } from '../errors.ts';
import { isStorableText } from '../storable-text.ts';

/**
 * A person's name as a request gives it: not empty.
 * @throws {ControlError} `invalid-name`.
 */
export function parsePersonName(input: unknown): string {
  const name = isStorableText(input, NAME_BYTES_MAX) ? input.trim() : '';
  if (name === '' || /\p{Cc}/u.test(name)) {
    throw new ControlError(
      'invalid-name',
      `name must be a string of 1 to ${NAME_BYTES_MAX} bytes of UTF-8, without control characters.`,
      '/name',
    );
  }
  return name;
}
