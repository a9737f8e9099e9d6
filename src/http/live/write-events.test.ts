import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { LIVE_FRAMES_KEPT_MAX, LIVE_HEARTBEAT_MS, LIVE_POLL_MS } from '../../base/limits.ts';
import { LiveFeed } from '../../control/live-feed.ts';
import { FakeWorker, lendWorkers, SOME_ACCOUNT } from '../../control/live-workers.test-support.ts';
import { writeEvents } from './write-events.ts';

describe('the text of a stream', () => {
  let worker: FakeWorker;
  let feed: LiveFeed;
  let end: AbortController;

  beforeEach(async () => {
    // Node's types do not know the second yet.
    mock.timers.enable({ apis: ['setTimeout', 'AbortSignal.timeout' as 'setTimeout'] });
    worker = new FakeWorker();
    feed = new LiveFeed('f', lendWorkers(worker), SOME_ACCOUNT, {});
    end = new AbortController();
    feed.watch();
    await settle();
  });

  afterEach(() => mock.timers.reset());

  const open = (lastEventId?: string) => writeEvents(feed, lastEventId, end.signal, { parts: 0 });
  const beginAndRead = async () => {
    worker.begin();
    mock.timers.tick(LIVE_POLL_MS);
    await settle();
  };

  it('begins with how soon to come again, then tells everything', async () => {
    const told = open();
    assert.deepEqual(await take(told, 1), ['retry: 2000']);
    assert.deepEqual(await take(told, 1), ['event: snapshot id: f-0']);
  });

  it('goes on after a version that is known, and begins anew after one of another feed', async () => {
    await beginAndRead();
    const known = open('f-0');
    const kinds = ['event: added', 'event: missing id: f-1'];
    assert.deepEqual(await take(known, 3), ['retry: 2000', ...kinds]);
    for (const other of ['g-0', 'f-2', 'nonsense']) {
      assert.deepEqual(await take(open(other), 2), ['retry: 2000', 'event: snapshot id: f-1'], other);
    }
  });

  it('tells everything anew to a reader that has fallen too far behind', async () => {
    const told = open();
    await take(told, 2);
    for (let round = 0; round <= LIVE_FRAMES_KEPT_MAX; round += 1) {
      await beginAndRead();
    }
    assert.deepEqual(await take(told, 1), [`event: snapshot id: f-${LIVE_FRAMES_KEPT_MAX + 1}`]);
  });

  it('shows that it lives when there has been no news for so long', async () => {
    const told = open();
    await take(told, 2);
    let text: string | undefined;
    const waiting = told.next().then(({ value }) => {
      text = value as string;
    });
    await settle();
    mock.timers.tick(LIVE_HEARTBEAT_MS - 1);
    await settle();
    assert.equal(text, undefined);
    mock.timers.tick(1);
    await waiting;
    assert.equal(text, ': \n\n', 'a comment, which is no event');
  });

  it('ends when it is told to, while it waits', async () => {
    const told = open();
    await take(told, 2);
    const last = told.next();
    await settle();
    end.abort();
    await last;
    assert.equal((await told.next()).done, true);
  });
});

/** The next texts, each without its data and its line ends. */
async function take(told: AsyncGenerator<string>, count: number): Promise<string[]> {
  const texts: string[] = [];
  while (texts.length < count) {
    const { value } = await told.next();
    const lines = (value as string).trim().split('\n');
    texts.push(lines.filter((line) => !line.startsWith('data: ')).join(' '));
  }
  return texts;
}

/** Lets what is under way come to its end, though no timer. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
