import { utf8Length } from '../base/bytes.ts';

/**
 * Whether a member of a request is text that every database keeps as it is: a string of at most `maxBytes` of UTF-8,
 * without lone surrogates, which have no UTF-8, and without U+0000, which PostgreSQL refuses.
 */
export function isStorableText(value: unknown, maxBytes: number): value is string {
  return (
    typeof value === 'string' &&
    value.length <= maxBytes &&
    value.isWellFormed() &&
    !value.includes('\0') &&
    utf8Length(value) <= maxBytes
  );
}
