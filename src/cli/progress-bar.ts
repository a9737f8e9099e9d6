import type { LoadProgress } from '../load/load-progress.ts';

const BAR_CELLS = 30;
/** A terminal is drawn on so often, at most: drawing takes time from the load. */
const DRAW_MS = 100;

/** Draws how far a load is on one line of a terminal; of anything else it draws nothing. */
export class ProgressBar {
  readonly #stream: NodeJS.WriteStream;
  #drawnAt = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  draw({ stage, fraction, detail }: LoadProgress): void {
    const now = performance.now();
    if (!this.#stream.isTTY || now - this.#drawnAt < DRAW_MS) {
      return;
    }
    this.#drawnAt = now;
    const full = Math.round((fraction ?? 0) * BAR_CELLS);
    const bar = `${'█'.repeat(full)}${'░'.repeat(BAR_CELLS - full)}`;
    this.#stream.write(`\r\x1b[K${bar}  ${stage}${detail === '' ? '' : `  ${detail}`}`);
  }

  /** Leaves the line empty. */
  clear(): void {
    if (this.#stream.isTTY && this.#drawnAt > 0) {
      this.#stream.write('\r\x1b[K');
    }
  }
}
