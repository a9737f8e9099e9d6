import type { Instant } from '../base/clock.ts';
import { CHANGES_PER_READ_MAX } from '../base/limits.ts';
import type { Change } from '../contract/change.ts';
import type { KeyUid, SharedSecretId } from '../contract/ids.ts';
import type { ChangeHint, ControlPorts } from './ports.ts';

export interface FollowOptions {
  /** Receives changes in their order, after those of the snapshot. It must not throw. */
  readonly onChanges: (changes: readonly Change[]) => void;
  /** How often the log is read when no hint comes. */
  readonly pollMs: number;
  /** Learns of each read that failed; reading goes on. */
  readonly onFailure?: (error: unknown) => void;
}

export interface ChangeFollower {
  /** What held when following began; `onChanges` receives what came after. */
  readonly snapshot: readonly Change[];
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
 * copy, a fresh snapshot takes its place, and keys that are gone from it are reported as deleted.
 *
 * Rejects when the first snapshot cannot be read; later failures are retried for ever.
 */
export async function followChanges(ports: ControlPorts, options: FollowOptions): Promise<ChangeFollower> {
  const follower = new LogFollower(ports, options);
  await follower.begin();
  return follower;
}

class LogFollower implements ChangeFollower {
  snapshot: readonly Change[] = [];
  readonly #ports: ControlPorts;
  readonly #options: FollowOptions;
  readonly #liveKeys = new Set<KeyUid>();
  /** Shared secrets, and the key of each. */
  readonly #secrets = new Map<SharedSecretId, KeyUid>();
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
      this.snapshot = await this.#readSnapshot();
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
    let changes: readonly Change[];
    let isMore = false;
    try {
      const logged = await this.#ports.store.changeLog.readAfter(this.#seq, CHANGES_PER_READ_MAX);
      if (logged === undefined) {
        changes = await this.#readSnapshot();
      } else {
        changes = logged.map((entry) => entry.change);
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
    this.#deliver(changes);
    return isMore;
  }

  async #readSnapshot(): Promise<readonly Change[]> {
    const snapshot = await this.#ports.store.changeLog.snapshot(this.#ports.clock.unixNow());
    const changes = [...this.#deletionsSince(snapshot.changes), ...snapshot.changes];
    this.#seq = snapshot.seq;
    for (const change of changes) {
      this.#note(change);
    }
    return changes;
  }

  /** Keys that were live, and secrets that were shared, and are not in the snapshot. */
  #deletionsSince(changes: readonly Change[]): readonly Change[] {
    const keys = new Set(this.#liveKeys);
    const secrets = new Map(this.#secrets);
    for (const change of changes) {
      if (change.kind === 'key-live') {
        keys.delete(change.keyUid);
      } else if (change.kind === 'shared-secret-added') {
        secrets.delete(change.secretId);
      }
    }
    return [
      ...Array.from(secrets, ([secretId, keyUid]) => ({ kind: 'shared-secret-removed', keyUid, secretId }) as const),
      ...Array.from(keys, (keyUid) => ({ kind: 'key-deleted', keyUid }) as const),
    ];
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
    if (change.kind === 'key-live') {
      this.#liveKeys.add(change.keyUid);
      // A live key that is told of again was rolled: what was remembered of its token is out of date.
      this.#ports.verifiedKeys.drop(change.keyUid);
    } else if (change.kind === 'key-deleted') {
      this.#liveKeys.delete(change.keyUid);
      this.#ports.verifiedKeys.drop(change.keyUid);
    } else if (change.kind === 'shared-secret-added') {
      this.#secrets.set(change.secretId, change.keyUid);
    } else if (change.kind === 'shared-secret-removed') {
      this.#secrets.delete(change.secretId);
    }
  }
}
