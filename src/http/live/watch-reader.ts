import { LIVE_STALL_CHECK_MS, LIVE_STALL_MS_MAX } from '../../base/limits.ts';

/** The connection of a stream's reader, as far as it is watched. */
export interface WatchedConnection {
  /** Whether it holds more than it wants, since its reader takes too little. */
  readonly writableNeedDrain: boolean;
  destroy(): void;
}

/** Drops a reader that takes nothing for too long; what comes back is to be cleared at the stream's end. */
export function watchReader(
  progress: { readonly parts: number },
  connection: WatchedConnection,
  end: AbortController,
): NodeJS.Timeout {
  let seen = progress.parts;
  let stalledMs = 0;
  return setInterval(() => {
    const isStalled = connection.writableNeedDrain && progress.parts === seen;
    stalledMs = isStalled ? stalledMs + LIVE_STALL_CHECK_MS : 0;
    seen = progress.parts;
    if (stalledMs >= LIVE_STALL_MS_MAX) {
      end.abort();
      connection.destroy();
    }
  }, LIVE_STALL_CHECK_MS);
}
