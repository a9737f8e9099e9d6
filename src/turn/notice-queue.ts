import { NOTICES_PER_WORKER_MAX } from '../base/limits.ts';
import type { RelayNotice, RelayNoticeKind } from '../contract/relay-notice.ts';

/** Notices that were taken at once, in their order. */
export interface NoticeBatch {
  readonly notices: readonly RelayNotice[];
  /** Those that there was no room for since the last batch. */
  readonly dropped: number;
}

/**
 * Notices that the shell has not fetched yet. Only what somebody wants is made, and when there is no room the newest are
 * dropped, and counted.
 */
export class NoticeQueue {
  #wanted: ReadonlySet<RelayNoticeKind> = new Set();
  #notices: RelayNotice[] = [];
  #dropped = 0;

  /** Tells which kinds somebody wants; the others need not be made. */
  want(kinds: readonly RelayNoticeKind[]): void {
    this.#wanted = new Set(kinds);
  }

  wants(kind: RelayNoticeKind): boolean {
    return this.#wanted.size > 0 && this.#wanted.has(kind);
  }

  push(notice: RelayNotice): void {
    if (this.#notices.length < NOTICES_PER_WORKER_MAX) {
      this.#notices.push(notice);
    } else {
      this.#dropped += 1;
    }
  }

  /** Everything since the last time; undefined when that is nothing. */
  take(): NoticeBatch | undefined {
    if (this.#notices.length === 0) {
      return undefined;
    }
    const batch = { notices: this.#notices, dropped: this.#dropped };
    this.#notices = [];
    this.#dropped = 0;
    return batch;
  }
}
