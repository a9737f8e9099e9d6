import type { DatagramAddon } from '../../../native/index.js';
import { ADDRESS_WORDS } from '../../base/socket-address.ts';
import { BATCH_MAX, DATAGRAM_SOCKETS_MAX } from './datagram-sockets.ts';

/**
 * How TypeScript lays out what it shares with the addon: what `native/src/engine.h` calls by the same names. They are
 * constants here as well, since the packet path uses them; `assertSameLayout` compares both sides.
 */
export const NATIVE_LAYOUT = {
  ADDRESS_WORDS,
  BATCH_MAX,
  SOCKETS_MAX: DATAGRAM_SOCKETS_MAX,
  BUFFER_BYTES: 1033 * 64,
  /** Rows of the send queue. */
  QUEUE_MAX: 128,
  QUEUE_WORDS: 4 + ADDRESS_WORDS,
  ERRORS_MAX: 16,
  ERROR_WORDS: 1 + ADDRESS_WORDS + 3,
  /** Where the words of a pause stand, and how many there are. */
  PAUSE_DATAGRAMS: 0,
  PAUSE_US: 1,
  PAUSE_WORDS: 2,
  /** What a socket is opened for. */
  OPEN_SHARED: 1,
  OPEN_DONT_FRAGMENT: 2,
  OPEN_ERRORS: 4,
  OPEN_LARGE_BUFFER: 8,
} as const;

/** @throws {Error} when the addon was compiled with other numbers: both sides would misread each other. */
export function assertSameLayout({ layout }: DatagramAddon): void {
  const expected: Readonly<Record<string, number>> = NATIVE_LAYOUT;
  const names = new Set([...Object.keys(expected), ...Object.keys(layout)]);
  const different = [...names].filter((name) => layout[name] !== expected[name]);
  if (different.length > 0) {
    const list = different.map((name) => `${name} is ${layout[name]} there and ${expected[name]} here`).join(', ');
    throw new Error(`the addon was built from other sources than these (${list}): run \`npm rebuild\``);
  }
}
