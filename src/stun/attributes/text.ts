import { decodeUtf8, utf8Length } from '../../base/bytes.ts';
import { DOMAIN_BYTES_MAX, TEXT_BYTES_MAX, TEXT_CHARACTERS_MAX, USERNAME_BYTES_MAX } from '../../base/limits.ts';
import type { MessageView } from '../message-view.ts';
import { ATTRIBUTE_ALTERNATE_DOMAIN, ATTRIBUTE_USERNAME } from '../registry/attributes.ts';

/**
 * Reads USERNAME, REALM, NONCE, SOFTWARE or ALTERNATE-DOMAIN (RFC 8489 §14.3, §14.9, §14.10, §14.14, §14.16). Makes a string:
 * where comparing bytes will do, compare bytes.
 * @returns undefined when the value is longer than its section allows or ill-formed UTF-8.
 */
export function readText(view: MessageView, index: number): string | undefined {
  const type = view.attributeType(index);
  const at = view.attributeAt(index);
  const end = at + view.attributeLength(index);
  const bytesMax = type === ATTRIBUTE_ALTERNATE_DOMAIN ? DOMAIN_BYTES_MAX : TEXT_BYTES_MAX;
  return decodeBoundedText(view.bytes, at, end, bytesMax, charactersMax(type));
}

/** Whether `text` may be written as the value of a text attribute of `type`. */
export function isTextWithinLimits(type: number, text: string): boolean {
  const bytesMax = type === ATTRIBUTE_ALTERNATE_DOMAIN ? DOMAIN_BYTES_MAX : USERNAME_BYTES_MAX;
  return utf8Length(text) <= bytesMax && countCharacters(text) <= charactersMax(type);
}

/** The most characters (code points) that a text attribute of `type` may have; where only bytes count, no bound. */
function charactersMax(type: number): number {
  return type === ATTRIBUTE_USERNAME || type === ATTRIBUTE_ALTERNATE_DOMAIN
    ? Number.POSITIVE_INFINITY
    : TEXT_CHARACTERS_MAX;
}

/** The text from `at` to `end` when it keeps to both limits and is well-formed, else undefined. */
export function decodeBoundedText(
  bytes: Uint8Array,
  at: number,
  end: number,
  bytesMax: number,
  charactersMax: number,
): string | undefined {
  if (end - at > bytesMax) {
    return undefined;
  }
  const text = decodeUtf8(bytes, at, end);
  return text !== undefined && countCharacters(text) <= charactersMax ? text : undefined;
}

/** Characters as the RFC counts them: a pair of surrogates is one. */
export function countCharacters(text: string): number {
  let count = text.length;
  for (let i = 1; i < text.length; i += 1) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800) {
      count -= 1;
    }
  }
  return count;
}
