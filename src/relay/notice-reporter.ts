import type { RelayNoticeKind } from '../contract/relay-notice.ts';
import type { NoticeBatch } from '../turn/notice-queue.ts';

/** How long a notice waits for others that go with it. */
const REPORT_EVERY_MS = 200;

export interface NoticeReporterOptions {
  readonly want: (kinds: readonly RelayNoticeKind[]) => void;
  readonly take: () => NoticeBatch | undefined;
  readonly report: (batch: NoticeBatch) => void;
}

/** Reports a worker's notices, many at once. While nobody wants any, nothing is made, and no timer runs. */
export class NoticeReporter {
  readonly #options: NoticeReporterOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: NoticeReporterOptions) {
    this.#options = options;
  }

  want(kinds: readonly RelayNoticeKind[]): void {
    this.#options.want(kinds);
    clearInterval(this.#timer);
    this.#timer = kinds.length === 0 ? undefined : setInterval(() => this.flush(), REPORT_EVERY_MS);
  }

  /** Reports what there is now, if anything. */
  flush(): void {
    const batch = this.#options.take();
    if (batch !== undefined) {
      this.#options.report(batch);
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
