import { LIVE_ANSWER_MS_MAX } from '../base/limits.ts';
import type { LiveAnswer, LiveQuestion, LiveWorkers } from '../contract/live-workers.ts';
import type { MessageFromWorker, MessageToWorker } from '../contract/worker-message.ts';

interface Pending {
  readonly worker: number;
  readonly resolve: (answer: LiveAnswer | undefined) => void;
  readonly limit: NodeJS.Timeout;
}

/** Questions of the live view that are on their way to workers, and their answers. Nobody waits for a worker for long. */
export class LiveQuestions implements LiveWorkers {
  readonly workerCount: number;
  /** Hands a message to a worker; false when it does not run. */
  readonly #post: (worker: number, message: MessageToWorker) => boolean;
  readonly #pending = new Map<number, Pending>();
  #next = 0;
  #isStopped = false;

  constructor(workerCount: number, post: (worker: number, message: MessageToWorker) => boolean) {
    this.workerCount = workerCount;
    this.#post = post;
  }

  /** Questions that wait. */
  get size(): number {
    return this.#pending.size;
  }

  /** Resolves with the answer; with undefined when the worker does not run, dies, or takes too long. */
  ask(worker: number, question: LiveQuestion): Promise<LiveAnswer | undefined> {
    const number = this.#next;
    this.#next += 1;
    if (this.#isStopped || !this.#post(worker, { kind: 'live-question', number, question })) {
      return Promise.resolve(undefined);
    }
    return new Promise((resolve) => {
      const limit = setTimeout(() => this.#settle(number, undefined), LIVE_ANSWER_MS_MAX);
      this.#pending.set(number, { worker, resolve, limit });
    });
  }

  /** A worker has answered; an answer that is too late, or that was asked of another, is for nobody. */
  answer(worker: number, { number, answer }: Extract<MessageFromWorker, { kind: 'live-answer' }>): void {
    if (this.#pending.get(number)?.worker === worker) {
      this.#settle(number, answer);
    }
  }

  /** A worker has died. */
  endWorker(worker: number): void {
    for (const [number, pending] of this.#pending) {
      if (pending.worker === worker) {
        this.#settle(number, undefined);
      }
    }
  }

  /** No worker will answer any more. */
  stop(): void {
    this.#isStopped = true;
    for (const number of this.#pending.keys()) {
      this.#settle(number, undefined);
    }
  }

  #settle(number: number, answer: LiveAnswer | undefined): void {
    const pending = this.#pending.get(number);
    this.#pending.delete(number);
    clearTimeout(pending?.limit);
    pending?.resolve(answer);
  }
}
