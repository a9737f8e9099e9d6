import { readU16 } from '../../base/bytes.ts';
import type { MessageView } from '../message-view.ts';

/** Bytes of an algorithm's number and the length of its parameters. */
const ALGORITHM_HEADER_BYTES = 4;

/**
 * The number in PASSWORD-ALGORITHM (RFC 8489 §14.12).
 * @returns -1 when the value is malformed.
 */
export function readPasswordAlgorithm(view: MessageView, index: number): number {
  const at = view.attributeAt(index);
  const length = view.attributeLength(index);
  return algorithmBytes(view.bytes, at, at + length) >= length ? readU16(view.bytes, at) : -1;
}

/**
 * Reads the numbers in PASSWORD-ALGORITHMS (RFC 8489 §14.11) into `out`, in the server's order of preference.
 * @returns how many there are, at most `out.length`, or -1 when the value is malformed.
 */
export function readPasswordAlgorithms(view: MessageView, index: number, out: Uint16Array): number {
  let at = view.attributeAt(index);
  const end = at + view.attributeLength(index);
  let count = 0;
  while (at < end) {
    const length = algorithmBytes(view.bytes, at, end);
    if (length < 0) {
      return -1;
    }
    if (count < out.length) {
      out[count] = readU16(view.bytes, at);
      count += 1;
    }
    at += length;
  }
  return count;
}

/**
 * Bytes from `at` that one algorithm takes with its parameters and their padding (which may be missing behind the last
 * one), or -1 when it reaches past `end`.
 */
function algorithmBytes(bytes: Uint8Array, at: number, end: number): number {
  if (at + ALGORITHM_HEADER_BYTES > end) {
    return -1;
  }
  const parametersLength = readU16(bytes, at + 2);
  return at + ALGORITHM_HEADER_BYTES + parametersLength > end
    ? -1
    : ALGORITHM_HEADER_BYTES + ((parametersLength + 3) & ~3);
}
