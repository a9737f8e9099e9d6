/** What is kept of a flood, and how much is lost of whose. */
export interface FairlyKept<Item, Owner> {
  /** In the order in which they came. */
  readonly kept: readonly Item[];
  readonly lost: ReadonlyMap<Owner, number>;
}

/**
 * Keeps at most `countMax` of the items, the latest of each owner: an owner with few loses none as long as another has more, so
 * that nobody's flood displaces what others have.
 */
export function keepFairly<Item, Owner>(
  items: readonly Item[],
  countMax: number,
  ownerOf: (item: Item) => Owner,
): FairlyKept<Item, Owner> {
  if (items.length <= countMax) {
    return { kept: items, lost: new Map() };
  }
  const owned = Map.groupBy(items.entries(), ([, item]) => ownerOf(item));
  const kept: [number, Item][] = [];
  const lost = new Map<Owner, number>();
  let room = countMax;
  let ownersLeft = owned.size;
  // Those with few come first: what they leave of their share goes to the others.
  for (const [owner, entries] of [...owned].sort(([, a], [, b]) => a.length - b.length)) {
    const share = Math.floor(room / ownersLeft);
    const taken = entries.slice(Math.max(0, entries.length - share));
    kept.push(...taken);
    if (taken.length < entries.length) {
      lost.set(owner, entries.length - taken.length);
    }
    room -= taken.length;
    ownersLeft -= 1;
  }
  return { kept: kept.sort(([a], [b]) => a - b).map(([, item]) => item), lost };
}
