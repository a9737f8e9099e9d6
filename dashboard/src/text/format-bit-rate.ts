import { formatScaled } from './format-bytes.ts';

/** A bit rate as a person reads it: `12.4 Mbit/s`. */
export function formatBitRate(bitsPerSecond: number): string {
  return formatScaled(bitsPerSecond, ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s']);
}
