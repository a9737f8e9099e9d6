import { NAME_BYTES_MAX } from '../base/limits.ts';
import { ControlError } from './errors.ts';
import { isStorableText } from './storable-text.ts';

/**
 * A key's name as a request gives it; undefined when the request gives none.
 * @throws {ControlError} `invalid-name`.
 */
export function parseKeyName(name: unknown): string | undefined {
  if (name === undefined || isStorableText(name, NAME_BYTES_MAX)) {
    return name;
  }
  throw new ControlError(
    'invalid-name',
    `name must be a string of at most ${NAME_BYTES_MAX} bytes of UTF-8, without U+0000.`,
    '/name',
  );
}
