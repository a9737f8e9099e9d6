import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const STOP_MS = 5_000;

/** Whose end this program's own end must bring about. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) {
    child.kill('SIGKILL');
  }
});

export interface PinnedOptions {
  /** The cores to run on, as `taskset --cpu-list` takes them. */
  readonly cores: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * A program on cores of its own, with as many descriptors as the system lets it have. Its process identifier is the
 * program's own, not that of a shell around it.
 */
export class PinnedProcess {
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #failure: Error | undefined;

  constructor(command: readonly string[], options: PinnedOptions) {
    const script = 'ulimit -n "$(ulimit -Hn)"; exec taskset --cpu-list "$@"';
    this.#child = spawn('sh', ['-c', script, 'sh', options.cores, ...command], {
      env: { ...process.env, ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(this.#child);
    this.#child.on('error', (error) => {
      this.#failure = error;
    });
    this.#ended = once(this.#child, 'close')
      .catch(() => undefined)
      .finally(() => running.delete(this.#child));
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Whether it has ended, or could not be started. */
  get hasEnded(): boolean {
    return this.#failure !== undefined || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** The last lines that it wrote, for a message about its failure. */
  get lastLines(): string {
    return `${this.stdout}${this.stderr}`.trimEnd().split('\n').slice(-15).join('\n');
  }

  /** Waits for the end, and resolves with the exit code; null when a signal ended it. */
  async exitCode(): Promise<number | null> {
    await this.#ended;
    if (this.#failure !== undefined) {
      throw this.#failure;
    }
    return this.#child.exitCode;
  }

  /** Asks it to end, and after some seconds makes it. */
  async stop(): Promise<void> {
    if (this.#failure !== undefined) {
      return;
    }
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
    await this.#ended;
    clearTimeout(timer);
  }
}
