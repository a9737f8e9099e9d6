import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { LIVE_FRAMES_KEPT_MAX, LIVE_POLL_MS } from '../base/limits.ts';
import { LiveFeed } from './live-feed.ts';
import { FakeWorker, lendWorkers, SOME_ACCOUNT } from './live-workers.test-support.ts';

describe('a live feed', () => {
  let workers: FakeWorker[];
  let feed: LiveFeed;
  const never = new AbortController().signal;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    workers = [new FakeWorker(), new FakeWorker()];
    feed = new LiveFeed('f', lendWorkers(...workers), SOME_ACCOUNT, {});
  });

  afterEach(() => mock.timers.reset());

  /** Lets what is under way come to its end, though no timer. */
  const settle = async () => {
    for (let turn = 0; turn < 1_000; turn += 1) {
      await Promise.resolve();
    }
  };
  const tick = async () => {
    mock.timers.tick(LIVE_POLL_MS);
    await settle();
  };

  it('reads nothing until somebody watches, once for all of them, and nothing when nobody does any more', async () => {
    assert.equal(feed.takeSnapshot(), undefined);
    const leave = [feed.watch(), feed.watch()];
    await settle();
    await tick();
    assert.deepEqual(
      workers.map(({ asked }) => asked.length),
      [2, 2],
    );
    for (const each of leave) {
      each();
    }
    await tick();
    assert.deepEqual(
      workers.map(({ asked }) => asked.length),
      [2, 2],
    );
    assert.equal(feed.watchers, 0);
  });

  it('goes on from any version that is known, and from no other', async () => {
    workers[0]?.begin();
    feed.watch();
    await settle();
    assert.deepEqual([feed.takeSnapshot()?.version, feed.takeSnapshot()?.allocations.length], [0, 1]);
    await tick();
    assert.deepEqual(feed.listFramesAfter(0), [], 'what finds no difference is no version');
    workers[1]?.begin();
    await tick();
    workers[0]?.end(1);
    await tick();
    assert.deepEqual(
      feed.listFramesAfter(0)?.map(({ version, added, removed }) => [version, added.length, removed.length]),
      [
        [1, 1, 0],
        [2, 0, 1],
      ],
    );
    assert.deepEqual(
      feed.listFramesAfter(1)?.map(({ version }) => version),
      [2],
    );
    assert.equal(feed.listFramesAfter(3), undefined);
    for (let round = 0; round < LIVE_FRAMES_KEPT_MAX; round += 1) {
      workers[0]?.begin();
      await tick();
    }
    assert.equal(feed.listFramesAfter(1), undefined, 'it is forgotten');
    assert.equal(feed.listFramesAfter(2)?.length, LIVE_FRAMES_KEPT_MAX);
  });

  it('tells which workers do not answer, and when they do again', async () => {
    workers[1]?.begin();
    feed.watch();
    await settle();
    (workers[1] as FakeWorker).isAnswering = false;
    await tick();
    assert.deepEqual(feed.takeSnapshot()?.missing, [1]);
    assert.equal(feed.takeSnapshot()?.allocations.length, 1, 'what it said before stays');
    (workers[1] as FakeWorker).isAnswering = true;
    await tick();
    assert.deepEqual(
      feed.listFramesAfter(0)?.map(({ missing }) => missing),
      [[1], []],
    );
  });

  it('wakes who waits at the next difference, or when they give up', async () => {
    feed.watch();
    let woken = 0;
    const wait = (signal: AbortSignal) =>
      void feed.waitForFrame(signal).then(() => {
        woken += 1;
      });
    wait(never);
    await settle();
    assert.equal(woken, 1, 'the first reading');
    const giveUp = new AbortController();
    wait(never);
    wait(giveUp.signal);
    await tick();
    assert.equal(woken, 1);
    giveUp.abort();
    await settle();
    assert.equal(woken, 2);
    workers[0]?.begin();
    await tick();
    assert.equal(woken, 3);
  });
});
