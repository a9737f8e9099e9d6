import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { LIVE_STALL_CHECK_MS, LIVE_STALL_MS_MAX } from '../../base/limits.ts';
import { watchReader } from './watch-reader.ts';

describe('the reader of a stream', () => {
  let connection: { writableNeedDrain: boolean; isDestroyed: boolean; destroy(): void };
  let end: AbortController;
  let progress: { parts: number };
  let watch: NodeJS.Timeout;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setInterval'] });
    connection = {
      writableNeedDrain: false,
      isDestroyed: false,
      destroy() {
        this.isDestroyed = true;
      },
    };
    end = new AbortController();
    progress = { parts: 0 };
    watch = watchReader(progress, connection, end);
  });

  afterEach(() => {
    clearInterval(watch);
    mock.timers.reset();
  });

  const state = () => [end.signal.aborted, connection.isDestroyed];

  it('is dropped when it has taken nothing for as long as it may, and not sooner', () => {
    connection.writableNeedDrain = true;
    mock.timers.tick(LIVE_STALL_MS_MAX - 1);
    assert.deepEqual(state(), [false, false]);
    mock.timers.tick(1);
    assert.deepEqual(state(), [true, true]);
  });

  it('stays while it is slow but takes something now and then', () => {
    connection.writableNeedDrain = true;
    for (let round = 0; round < 5; round += 1) {
      mock.timers.tick(LIVE_STALL_MS_MAX - LIVE_STALL_CHECK_MS);
      progress.parts += 1;
      mock.timers.tick(LIVE_STALL_CHECK_MS);
    }
    assert.deepEqual(state(), [false, false]);
  });

  it('stays for ever when there is nothing to take', () => {
    mock.timers.tick(10 * LIVE_STALL_MS_MAX);
    assert.deepEqual(state(), [false, false]);
  });
});
