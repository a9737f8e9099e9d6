import { NOTICE_BATCHES_WAITING_MAX } from '../base/limits.ts';
import type { RelayNotice } from '../contract/relay-notice.ts';

export interface NoticeSinkOptions {
  /** Queues a batch for webhooks; `dropped` is how many more there were. */
  readonly record: (notices: readonly RelayNotice[], dropped: number) => Promise<void>;
  readonly onFailed: (error: unknown) => void;
}

/**
 * Takes the batches of all workers, and has one after the other queued. While the store does not keep up, whole batches are
 * dropped, the oldest first, and counted: usage must not wait for webhooks.
 */
export class NoticeSink {
  readonly #options: NoticeSinkOptions;
  readonly #waiting: (readonly RelayNotice[])[] = [];
  #dropped = 0;
  #work: Promise<void> | undefined;

  constructor(options: NoticeSinkOptions) {
    this.#options = options;
  }

  push(notices: readonly RelayNotice[], dropped: number): void {
    this.#dropped += dropped;
    this.#waiting.push(notices);
    if (this.#waiting.length > NOTICE_BATCHES_WAITING_MAX) {
      this.#dropped += this.#waiting.shift()?.length ?? 0;
    }
    this.#work ??= this.#recordAll();
  }

  /** Resolves when nothing waits any more. */
  async settle(): Promise<void> {
    await this.#work;
  }

  async #recordAll(): Promise<void> {
    for (let batch = this.#waiting.shift(); batch !== undefined; batch = this.#waiting.shift()) {
      const dropped = this.#dropped;
      this.#dropped = 0;
      try {
        await this.#options.record(batch, dropped);
      } catch (error) {
        this.#dropped += dropped + batch.length;
        this.#options.onFailed(error);
      }
    }
    this.#work = undefined;
  }
}
