import assert from 'node:assert/strict';
import { decodeHex } from '../../src/base/bytes.ts';

/** The bytes of hexadecimal text that is broken into words and lines. */
export function hexBytes(text: string): Uint8Array {
  const bytes = decodeHex(text.replaceAll(/\s/g, ''));
  assert.ok(bytes !== undefined);
  return bytes;
}
