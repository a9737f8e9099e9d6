import { Worker } from 'node:worker_threads';
import type { MessageFromWorker, MessageToWorker } from '../contract/worker-message.ts';
import { ListenError } from './listen-ports.ts';
import type { WorkerStart } from './worker-start.ts';

/** How long a restart waits: not at all at first, and longer each time that it was in vain. */
const RESTART_MS_MIN = 100;
const RESTART_MS_MAX = 10_000;
/** A worker that lived for so long is restarted as if it were the first time. */
const STABLE_MS = 60_000;
/** A worker that does not end by itself within this time is ended. */
const STOP_MS_MAX = 3_000;

/** What a worker says when it has done what it was asked. */
export type Answer = Extract<MessageFromWorker['kind'], 'listening' | 'rebound' | 'usage-flushed'>;

interface Question {
  readonly answer: Answer;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export interface WorkerSeatOptions {
  readonly index: number;
  readonly entry: URL;
  /** What a worker that starts now is started with. */
  readonly describeStart: () => WorkerStart;
  readonly onMessage: (message: MessageFromWorker) => void;
  /** A worker died that nobody had stopped. Its successor is started after `restartMs`. */
  readonly onDied: (error: Error, restartMs: number) => void;
  /** A successor is ready to be asked to listen. */
  readonly onSuccessorReady: () => void;
}

/** One place in the row of workers: the thread that sits there now, and its successors. */
export class WorkerSeat {
  readonly #options: WorkerSeatOptions;
  readonly #questions: Question[] = [];
  #thread: Worker | undefined;
  #isStopped = false;
  #restart: NodeJS.Timeout | undefined;
  #restartMs = 0;

  constructor(options: WorkerSeatOptions) {
    this.#options = options;
  }

  /**
   * Starts the first worker, and resolves when it is ready to be asked to listen. Others follow when one dies.
   * @throws {Error} what ended the thread before that.
   */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      let isReady = false;
      const onReady = () => {
        isReady = true;
        resolve();
      };
      this.#run(onReady, (error) => {
        if (isReady) {
          this.#restartLater(error);
        } else {
          this.#isStopped = true;
          reject(error);
        }
      });
    });
  }

  /** Tells the worker, if there is one; a worker that is still starting hears it later. */
  post(message: MessageToWorker): void {
    this.#thread?.postMessage(message);
  }

  /**
   * Asks the worker to do something, and resolves when it has.
   * @throws {ListenError} when a port could not be bound, {Error} when there is no worker, when it dies, or after `stop`.
   */
  ask(message: MessageToWorker, answer: Answer): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#thread === undefined || this.#isStopped) {
        reject(new Error('the worker does not run'));
        return;
      }
      this.#questions.push({ answer, resolve, reject });
      this.#thread.postMessage(message);
    });
  }

  /** Ends the worker for good, after its last messages. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#restart);
    const thread = this.#thread;
    if (thread !== undefined) {
      const exit = new Promise((resolve) => thread.once('exit', resolve));
      thread.postMessage({ kind: 'stop' } satisfies MessageToWorker);
      const limit = setTimeout(() => void thread.terminate(), STOP_MS_MAX);
      await exit;
      clearTimeout(limit);
    }
  }

  /** Ends the worker wherever it is, as a fault would. */
  async terminate(): Promise<void> {
    await this.#thread?.terminate();
  }

  #run(onReady: () => void, onEnded: (error: Error) => void): void {
    const { index, entry, describeStart } = this.#options;
    const thread = new Worker(entry, { workerData: describeStart(), name: `relay ${index}` });
    const startedAt = performance.now();
    let cause: Error | undefined;
    this.#thread = thread;
    thread.on('message', (message: MessageFromWorker) => {
      if (message.kind !== 'ready') {
        this.#handle(message);
      } else if (!this.#isStopped) {
        onReady();
      }
    });
    thread.once('error', (error) => {
      cause = error instanceof Error ? error : new Error(String(error));
    });
    thread.once('exit', (code) => {
      const error = cause ?? new Error(`the thread ended with code ${code}`);
      this.#thread = undefined;
      for (const { reject } of this.#questions.splice(0)) {
        reject(error);
      }
      if (!this.#isStopped) {
        this.#restartMs = performance.now() - startedAt > STABLE_MS ? 0 : this.#restartMs;
        onEnded(error);
      }
    });
  }

  #handle(message: MessageFromWorker): void {
    if (message.kind === 'bind-failed') {
      const question = this.#takeQuestion(({ answer }) => answer !== 'usage-flushed');
      question?.reject(new ListenError(message.listen, message.reason));
      return;
    }
    const question = this.#takeQuestion(({ answer }) => answer === message.kind);
    if (question !== undefined) {
      question.resolve();
    } else {
      this.#options.onMessage(message);
    }
  }

  #takeQuestion(isMeant: (question: Question) => boolean): Question | undefined {
    const place = this.#questions.findIndex(isMeant);
    return place === -1 ? undefined : this.#questions.splice(place, 1)[0];
  }

  readonly #restartLater = (error: Error): void => {
    this.#options.onDied(error, this.#restartMs);
    this.#restart = setTimeout(() => this.#run(this.#options.onSuccessorReady, this.#restartLater), this.#restartMs);
    this.#restartMs = Math.min(Math.max(2 * this.#restartMs, RESTART_MS_MIN), RESTART_MS_MAX);
  };
}
