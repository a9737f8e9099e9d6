import { CUSTOM_IDENTIFIER_BYTES_MAX } from '../base/limits.ts';
import { ControlError } from './errors.ts';
import { isStorableText } from './storable-text.ts';

/**
 * A custom identifier as a request gives it; undefined when the request gives none.
 * @throws {ControlError} `invalid-custom-identifier`.
 */
export function parseCustomIdentifier(value: unknown): string | undefined {
  if (value === undefined || isStorableText(value, CUSTOM_IDENTIFIER_BYTES_MAX)) {
    return value;
  }
  throw new ControlError(
    'invalid-custom-identifier',
    `customIdentifier must be a string of at most ${CUSTOM_IDENTIFIER_BYTES_MAX} bytes of UTF-8, without U+0000.`,
    '/customIdentifier',
  );
}
