import { readFileSync } from 'node:fs';
import { type AddressWords, familyOf, IPV4, portOf } from '../base/socket-address.ts';

/**
 * Datagrams that the receive buffers of these sockets have lost so far, as Linux tells them in /proc/net/udp; 0 elsewhere.
 * It costs as much as the machine has sockets: read it before and after a measurement, not within.
 */
export function readReceiveDrops(locals: readonly AddressWords[]): number {
  const wanted = new Set(locals.map(socketKey));
  return [...readTable('/proc/net/udp'), ...readTable('/proc/net/udp6')]
    .filter(([key]) => wanted.has(key))
    .reduce((sum, [, drops]) => sum + drops, 0);
}

/** Pairs of a socket's local address, as the kernel writes it, and its drops. */
function readTable(path: string): readonly (readonly [string, number])[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  return text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => {
      const fields = line.trim().split(/ +/);
      return [fields[1] ?? '', Number(fields.at(-1))];
    });
}

/** The kernel prints the words of an address in the host's byte order, which is little-endian on what this runs on. */
function socketKey(address: AddressWords): string {
  const words = familyOf(address) === IPV4 ? [address[1] as number] : [...address.subarray(1, 5)];
  const ip = words.map((word) => hex(swapBytes(word), 8)).join('');
  return `${ip}:${hex(portOf(address), 4)}`;
}

function swapBytes(word: number): number {
  return ((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}

function hex(value: number, digits: number): string {
  return (value >>> 0).toString(16).toUpperCase().padStart(digits, '0');
}
