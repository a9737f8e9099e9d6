import type { Instant } from '../../../src/base/clock.ts';
import type { AddressWords } from '../../../src/base/socket-address.ts';
import { addressKey, ipKey } from '../address-key.ts';

/**
 * What a client knows of its allocation from the answers that reached it, and what it has ever asked for: nothing else may
 * reach it.
 */
export class ClientBelief {
  /** The relayed addresses of the allocation; empty when there is none, as far as the client knows. */
  relayed: readonly AddressWords[] = [];
  /** Channels whose binding was confirmed. */
  readonly channels = new Map<number, AddressWords>();
  /** Peers for whose address a permission was confirmed. */
  permitted: AddressWords[] = [];

  readonly #permissionAskedAt = new Map<string, Instant>();
  /** By channel: the peers that it was asked to be bound to, by their keys. */
  readonly #channelAskedAt = new Map<number, Map<string, { readonly peer: AddressWords; readonly at: Instant }>>();

  get isAllocated(): boolean {
    return this.relayed.length > 0;
  }

  begin(relayed: readonly AddressWords[]): void {
    this.end();
    this.relayed = relayed;
  }

  end(): void {
    this.relayed = [];
    this.channels.clear();
    this.permitted = [];
  }

  /** Notes that a permission is being asked for; an answer may be lost, and still it may exist. */
  askPermission(peer: AddressWords, now: Instant): void {
    this.#permissionAskedAt.set(ipKey(peer), now);
  }

  askChannel(channel: number, peer: AddressWords, now: Instant): void {
    const asked = this.#channelAskedAt.get(channel) ?? new Map();
    asked.set(addressKey(peer), { peer, at: now });
    this.#channelAskedAt.set(channel, asked);
    this.askPermission(peer, now);
  }

  confirmPermission(peer: AddressWords): void {
    const key = addressKey(peer);
    this.permitted = [...this.permitted.filter((other) => addressKey(other) !== key), peer].slice(-8);
  }

  confirmChannel(channel: number, peer: AddressWords): void {
    this.channels.set(channel, peer);
    this.confirmPermission(peer);
  }

  /** When a permission for the address was last asked for; -Infinity when never. */
  permissionAskedAt(peer: AddressWords): number {
    return this.#permissionAskedAt.get(ipKey(peer)) ?? Number.NEGATIVE_INFINITY;
  }

  /** The peers that the channel was asked to be bound to since `since`. */
  askedChannelPeers(channel: number, since: number): AddressWords[] {
    const asked = this.#channelAskedAt.get(channel)?.values() ?? [];
    return [...asked].filter(({ at }) => at >= since).map(({ peer }) => peer);
  }

  /** The keys of all peers that the channel was ever asked to be bound to. */
  everAskedChannelPeers(channel: number): Iterable<string> {
    return this.#channelAskedAt.get(channel)?.keys() ?? [];
  }
}
