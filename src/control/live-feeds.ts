import { LIVE_FEED_KEPT_MS_MAX, LIVE_FEEDS_KEPT_MAX } from '../base/limits.ts';
import { LiveFeed } from './live-feed.ts';
import { type AllocationFilterInput, parseAllocationFilter } from './parse-allocation-filter.ts';
import type { ControlPorts } from './ports.ts';
import { requireAccount } from './require-account.ts';
import { requireRelay } from './require-relay.ts';

/** A feed that is watched until `close`. */
export interface WatchedFeed {
  readonly feed: LiveFeed;
  close(): void;
}

/** The feeds of a process: who watches the same allocations shares one. */
export class LiveFeeds {
  readonly #feeds = new Map<string, LiveFeed>();
  /** Feeds that nobody watches, by when they are forgotten. */
  readonly #kept = new Map<string, NodeJS.Timeout>();
  #made = 0;
  #isClosed = false;

  /**
   * Watches the live allocations of an account that a filter means.
   * @throws {ControlError} `account-not-found`, `invalid-filter`, `relay-unavailable`.
   */
  async watch(ports: ControlPorts, accountId: string, input: AllocationFilterInput): Promise<WatchedFeed> {
    const filter = parseAllocationFilter(input);
    const { id } = await requireAccount(ports.store, accountId);
    const workers = requireRelay(ports);
    const key = JSON.stringify([id, filter]);
    let feed = this.#feeds.get(key);
    if (feed === undefined) {
      this.#made += 1;
      const name = `${ports.clock.unixNow().toString(36)}${this.#made.toString(36)}`;
      feed = new LiveFeed(name, workers, id, filter);
      this.#feeds.set(key, feed);
    }
    clearTimeout(this.#kept.get(key));
    this.#kept.delete(key);
    const unwatch = feed.watch();
    return { feed, close: () => this.#leave(key, unwatch) };
  }

  /** Forgets every feed that nobody watches, now and from now on. */
  close(): void {
    this.#isClosed = true;
    for (const key of [...this.#kept.keys()]) {
      this.#forget(key);
    }
  }

  #leave(key: string, unwatch: () => void): void {
    unwatch();
    if (this.#feeds.get(key)?.watchers !== 0) {
      return;
    }
    if (this.#isClosed || this.#kept.size >= LIVE_FEEDS_KEPT_MAX) {
      this.#forget(key);
      return;
    }
    this.#kept.set(
      key,
      setTimeout(() => this.#forget(key), LIVE_FEED_KEPT_MS_MAX),
    );
  }

  #forget(key: string): void {
    clearTimeout(this.#kept.get(key));
    this.#kept.delete(key);
    this.#feeds.delete(key);
  }
}
