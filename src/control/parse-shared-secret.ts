import { encodeUtf8, utf8Length } from '../base/bytes.ts';
import { SHARED_SECRET_BYTES_MAX, SHARED_SECRET_BYTES_MIN } from '../base/limits.ts';
import { ControlError } from './errors.ts';
import { isStorableText } from './storable-text.ts';

/** A line break, or a blank at an end, comes from a file or a clipboard and not from the secret. */
const STRAY = /\p{Cc}|^\s|\s$/u;

/**
 * A secret as a request gives it; undefined when the request gives none. Programs hash its bytes of UTF-8.
 * @throws {ControlError} `invalid-secret`, which never holds it.
 */
export function parseSharedSecret(value: unknown): Uint8Array | undefined {
  if (value === undefined) {
    return undefined;
  }
  const isText = isStorableText(value, SHARED_SECRET_BYTES_MAX) && utf8Length(value) >= SHARED_SECRET_BYTES_MIN;
  if (!isText || STRAY.test(value)) {
    throw new ControlError(
      'invalid-secret',
      `secret must be a string of ${SHARED_SECRET_BYTES_MIN} to ${SHARED_SECRET_BYTES_MAX} bytes of UTF-8, without ` +
        'control characters, and without a blank at either end. Leave it out to have one made.',
      '/secret',
    );
  }
  return encodeUtf8(value);
}
