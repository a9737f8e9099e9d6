import { readU16 } from '../../base/bytes.ts';
import type { MessageView } from '../message-view.ts';

/**
 * Reads UNKNOWN-ATTRIBUTES (RFC 8489 §14.13) into `out`.
 * @returns how many types there are, at most `out.length`, or -1 when the value has half a type.
 */
export function readUnknownAttributes(view: MessageView, index: number, out: Uint16Array): number {
  const length = view.attributeLength(index);
  if (length % 2 !== 0) {
    return -1;
  }
  const at = view.attributeAt(index);
  const count = Math.min(length / 2, out.length);
  for (let i = 0; i < count; i += 1) {
    out[i] = readU16(view.bytes, at + 2 * i);
  }
  return count;
}
