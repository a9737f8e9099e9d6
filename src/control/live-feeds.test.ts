import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { LIVE_FEED_KEPT_MS_MAX, LIVE_FEEDS_KEPT_MAX } from '../base/limits.ts';
import { ACCOUNT, OTHER_ACCOUNT, openTestControl, type TestControl } from './control.test-support.ts';
import { LiveFeeds, type WatchedFeed } from './live-feeds.ts';
import { FakeWorker, lendWorkers } from './live-workers.test-support.ts';
import type { ControlPorts } from './ports.ts';

describe('live feeds', () => {
  let control: TestControl;
  let ports: ControlPorts;
  let feeds: LiveFeeds;

  beforeEach(async () => {
    control = await openTestControl();
    ports = { ...control.ports, live: lendWorkers(new FakeWorker()) };
    feeds = new LiveFeeds();
    mock.timers.enable({ apis: ['setTimeout'] });
  });

  afterEach(async () => {
    feeds.close();
    mock.timers.reset();
    await control.close();
  });

  const watch = (username = 'u', account: string = ACCOUNT) => feeds.watch(ports, account, { username });

  it('are shared by who watches the same, and by nobody else', async () => {
    const [first, same, otherFilter, otherAccount] = [
      await watch(),
      await watch(),
      await watch('v'),
      await watch('u', OTHER_ACCOUNT),
    ];
    assert.equal(same.feed, first.feed);
    assert.equal(new Set([first, otherFilter, otherAccount].map(({ feed }) => feed.name)).size, 3);
    for (const each of [first, same, otherFilter, otherAccount]) {
      each.close();
    }
  });

  it('are kept for a while when nobody watches, so that who comes again goes on', async () => {
    const first = await watch();
    first.close();
    mock.timers.tick(LIVE_FEED_KEPT_MS_MAX - 1);
    const again = await watch();
    assert.equal(again.feed, first.feed);
    mock.timers.tick(LIVE_FEED_KEPT_MS_MAX);
    const second = await watch();
    assert.equal(second.feed, first.feed, 'one that is watched is not forgotten');
    again.close();
    second.close();
    mock.timers.tick(LIVE_FEED_KEPT_MS_MAX);
    const later = await watch();
    assert.notEqual(later.feed, first.feed);
    later.close();
  });

  it('are kept up to a number, and not at all once they are closed', async () => {
    const watched: WatchedFeed[] = [];
    for (let index = 0; index <= LIVE_FEEDS_KEPT_MAX; index += 1) {
      watched.push(await watch(`user ${index}`));
    }
    for (const each of watched) {
      each.close();
    }
    const isKept = async (index: number) => {
      const again = await watch(`user ${index}`);
      const same = again.feed === watched[index]?.feed;
      again.close();
      return same;
    };
    assert.deepEqual([await isKept(0), await isKept(LIVE_FEEDS_KEPT_MAX)], [true, false]);
    feeds.close();
    assert.equal(await isKept(0), false);
  });

  it('are refused for an account that there is not, for a filter that cannot be, and without a relay', async () => {
    await assert.rejects(watch('u', 'nobody'), { code: 'account-not-found' });
    await assert.rejects(feeds.watch(ports, ACCOUNT, { clientAddress: 'x' }), { code: 'invalid-filter' });
    ports = { ...ports, live: lendWorkers() };
    await assert.rejects(watch(), { code: 'relay-unavailable' });
  });
});
