import type { Instant } from '../base/clock.ts';
import { CHANGES_PER_READ_MAX } from '../base/limits.ts';
import type { Change } from '../contract/change.ts';
import { KnownState } from './known-state.ts';
import type { ChangeHint, ControlPorts } from './ports.ts';

export interface FollowOptions {
  /** Receives what holds when following begins, in parts, and then changes in their order. It must not throw. */
  readonly onChanges: (changes: readonly Change[]) => void;
  /** How often the log is read when no hint comes. */
  readonly pollMs: number;
  /** Learns of each read that failed; reading goes on. */
  readonly onFailure?: (error: unknown) => void;
}

export interface ChangeFollower {
  /** The number of the latest change delivered. */
  seq(): number;
  /** Milliseconds since the log was last read to its end: how far behind this node may be. */
  lagMs(): number;
  stop(): Promise<void>;
}

/** The first pause after a failed read; each further failure doubles it, up to the poll interval. */
const BACKOFF_MS = 100;

/**
 * Reads the change log from now on: after every hint of the bus, and every `pollMs` anyway. A lost hint costs that
 * time, never a change. Where the log no longer reaches back far enough, or the database was restored from an older
 * copy, a fresh snapshot takes its place, and what is gone from it is taken back: keys are
 * reported as deleted, limits and blocks as lifted.
 *
 * Resolves when the first snapshot has been handed over, and rejects when it cannot be read; later failures are retried for ever.
 */
export async function followChanges(ports: ControlPorts, options: FollowOptions): Promise<ChangeFollower> {
  const follower = new LogFollower(ports, options);
  await follower.begin();
  return follower;
}

class LogFollower implements ChangeFollower {
  readonly #ports: ControlPorts;
  readonly #options: FollowOptions;
  readonly #known = new KnownState();
  #seq = 0;
  #readAt: Instant;
  #failures = 0;
  #isHinted = false;
  #isStopped = false;
  #wake: () => void = () => {};
  #unsubscribe: () => void = () => {};
  #ended: Promise<void> = Promise.resolve();

  constructor(ports: ControlPorts, options: FollowOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#readAt = ports.clock.now();
  }

  async begin(): Promise<void> {
    // Subscribed before the snapshot is read, so that no hint falls between the two.
    this.#unsubscribe = this.#ports.bus.subscribe((hint) => this.#hear(hint));
    try {
      await this.#readSnapshot();
    } catch (error) {
      this.#unsubscribe();
      throw error;
    }
    this.#ended = this.#run();
  }

  seq(): number {
    return this.#seq;
  }

  lagMs(): number {
    return this.#ports.clock.now() - this.#readAt;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#unsubscribe();
    this.#wake();
    await this.#ended;
  }

  #hear(hint: ChangeHint): void {
    if (hint.seq > this.#seq) {
      this.#isHinted = true;
      // After a failure the pause is kept: hints must not turn an outage into a storm of reads.
      if (this.#failures === 0) {
        this.#wake();
      }
    }
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      await this.#pause();
      while (!this.#isStopped && (await this.#readOn())) {
        // More changes are waiting than one read takes.
      }
    }
  }

  #pause(): Promise<void> {
    if (this.#isHinted && this.#failures === 0) {
      return Promise.resolve();
    }
    const { pollMs } = this.#options;
    const delayMs = this.#failures === 0 ? pollMs : Math.min(pollMs, BACKOFF_MS * 2 ** (this.#failures - 1));
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** @returns whether more may be waiting. */
  async #readOn(): Promise<boolean> {
    this.#isHinted = false;
    let isMore = false;
    try {
      const logged = await this.#ports.store.changeLog.readAfter(this.#seq, CHANGES_PER_READ_MAX);
      if (logged === undefined) {
        await this.#readSnapshot();
      } else {
        this.#deliver(logged.map((entry) => entry.change));
        this.#seq = logged.at(-1)?.seq ?? this.#seq;
        isMore = logged.length === CHANGES_PER_READ_MAX;
      }
    } catch (error) {
      this.#failures += 1;
      this.#options.onFailure?.(error);
      return false;
    }
    this.#failures = 0;
    this.#readAt = isMore ? this.#readAt : this.#ports.clock.now();
    return isMore;
  }

  /** Delivers a snapshot, and then what takes back all that is not in it. */
  async #readSnapshot(): Promise<void> {
    const told = new KnownState();
    this.#seq = await this.#ports.store.changeLog.snapshot(this.#ports.clock.unixNow(), (changes) => {
      for (const change of changes) {
        told.note(change);
      }
      this.#deliver(changes);
    });
    this.#deliver(this.#known.takenBackBy(told));
  }

  #deliver(changes: readonly Change[]): void {
    if (changes.length === 0) {
      return;
    }
    for (const change of changes) {
      this.#note(change);
    }
    this.#options.onChanges(changes);
  }

  #note(change: Change): void {
    this.#known.note(change);
    // A live key that is told of again was rolled: what was remembered of its token is out of date.
    if (change.kind === 'key-live' || change.kind === 'key-deleted') {
      this.#ports.verifiedKeys.drop(change.keyUid);
    }
  }
}
