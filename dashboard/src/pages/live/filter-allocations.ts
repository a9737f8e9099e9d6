import type { LiveAllocation } from './live-allocation.ts';

/** The allocations in which every word of the text occurs, wherever a person sees it. */
export function filterAllocations(
  allocations: readonly LiveAllocation[],
  text: string,
  keyNames: ReadonlyMap<string, string>,
): readonly LiveAllocation[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) {
    return allocations;
  }
  return allocations.filter((one) => {
    const seen = [
      one.custom_identifier,
      one.username,
      one.transport,
      one.client_address,
      ...one.relay_addresses,
      ...one.peers,
      one.key_uid,
      keyNames.get(one.key_uid) ?? '',
    ]
      .join('\n')
      .toLowerCase();
    return words.every((word) => seen.includes(word));
  });
}
