import { networkInterfaces } from 'node:os';
import { formatIp, parseIp } from '../base/ip.ts';
import type { AddressWords } from '../base/socket-address.ts';

/** Every IP address of this machine, those of loopback included, in a stable order; ports are 0. */
export function listOwnAddresses(): readonly AddressWords[] {
  const texts = new Set<string>();
  for (const entries of Object.values(networkInterfaces())) {
    for (const { address } of entries ?? []) {
      const row = parseIp(address);
      if (row !== undefined) {
        texts.add(formatIp(row));
      }
    }
  }
  return [...texts].sort().map((text) => parseIp(text) as AddressWords);
}
