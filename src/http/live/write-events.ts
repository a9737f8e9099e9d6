import { setImmediate as nextTurn } from 'node:timers/promises';
import { LIVE_HEARTBEAT_MS, LIVE_RETRY_MS } from '../../base/limits.ts';
import type { LiveFeed } from '../../control/live-feed.ts';
import { type EventPart, splitFrame, splitSnapshot } from './event-parts.ts';

const VERSION = /^(\w+)-(\d+)$/;

/**
 * The text of a stream, piece by piece as its reader takes them: first everything, or what came after `lastEventId` where that
 * is still known, then whatever changes. A reader that is slower than the changes gets everything anew when it has fallen too
 * far behind.
 */
export async function* writeEvents(
  feed: LiveFeed,
  lastEventId: string | undefined,
  signal: AbortSignal,
  progress: { parts: number },
): AsyncGenerator<string> {
  yield `retry: ${LIVE_RETRY_MS}\n\n`;
  let version = parseVersion(feed.name, lastEventId);
  while (!signal.aborted) {
    const parts = listParts(feed, version);
    for (const part of parts ?? []) {
      yield part.text;
      version = part.version ?? version;
      progress.parts += 1;
      // Texts are made here, of hundreds of allocations each: other requests have their turn between two of them.
      await nextTurn();
      if (signal.aborted) {
        return;
      }
    }
    if (parts === undefined || parts.length === 0) {
      if (!(await waitForNews(feed, signal))) {
        yield ': \n\n';
      }
    }
  }
}

/** What there is to tell after a version; undefined before anything was read. */
function listParts(feed: LiveFeed, version: number | undefined): readonly EventPart[] | undefined {
  const frames = version === undefined ? undefined : feed.listFramesAfter(version);
  if (frames !== undefined) {
    return frames.flatMap((frame) => splitFrame(feed.name, frame));
  }
  const snapshot = feed.takeSnapshot();
  return snapshot === undefined ? undefined : splitSnapshot(feed.name, snapshot);
}

/** False when nothing has happened for so long that the connection must show that it lives. */
async function waitForNews(feed: LiveFeed, signal: AbortSignal): Promise<boolean> {
  const limit = AbortSignal.timeout(LIVE_HEARTBEAT_MS);
  await feed.waitForFrame(AbortSignal.any([signal, limit]));
  return !limit.aborted;
}

function parseVersion(name: string, id: string | undefined): number | undefined {
  const [, feedName, version] = VERSION.exec(id ?? '') ?? [];
  return feedName === name ? Number(version) : undefined;
}
