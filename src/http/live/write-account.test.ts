import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { LIVE_POLL_MS, LIVE_POLL_PAUSE_MS_MIN } from '../../base/limits.ts';
import { ACCOUNT, openTestControl, type TestControl } from '../../control/control.test-support.ts';
import { LiveAccounts } from '../../control/live-accounts.ts';
import { FakeWorker, lendWorkers } from '../../control/live-workers.test-support.ts';
import { writeAccount } from './write-account.ts';

describe('the text of a stream of what an account does', () => {
  let control: TestControl;
  let worker: FakeWorker;
  let end: AbortController;

  beforeEach(async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    control = await openTestControl();
    worker = new FakeWorker();
    end = new AbortController();
  });

  afterEach(async () => {
    mock.timers.reset();
    await control.close();
  });

  const open = () => {
    const ports = { ...control.ports, live: lendWorkers(worker) };
    const accounts = new LiveAccounts();
    return writeAccount(() => accounts.read(ports, ACCOUNT), end.signal, { parts: 0 });
  };
  const pass = (ms: number) => {
    control.clock.advance(ms);
    mock.timers.tick(ms);
  };
  /** The next text, which comes when so much time has passed, and not before. */
  const takeAfter = async (told: AsyncGenerator<string>, ms: number): Promise<string | undefined> => {
    let text: string | undefined;
    const taking = told.next().then(({ value }) => {
      text = value;
    });
    await settle();
    pass(ms - 1);
    await settle();
    assert.equal(text, undefined);
    pass(1);
    await taking;
    return text;
  };

  it('begins with how soon to come again, then tells everything each second', async () => {
    worker.rate(worker.begin(), 1_000);
    const told = open();
    assert.equal((await told.next()).value, 'retry: 2000\n\n');
    const first = read((await told.next()).value);
    assert.equal(first.event, 'account');
    assert.deepEqual([first.data.total.allocations, first.data.missing], [3, []]);
    worker.isAnswering = false;
    const second = read(await takeAfter(told, LIVE_POLL_MS));
    assert.deepEqual([second.data.total.allocations, second.data.missing], [0, [0]]);
  });

  it('tells a reading once, though its timer was early', async () => {
    const told = open();
    await told.next();
    await told.next();
    const second = told.next();
    await settle();
    control.clock.advance(LIVE_POLL_MS - 1);
    mock.timers.tick(LIVE_POLL_MS);
    await settle();
    assert.equal(await Promise.race([second, 'nothing']), 'nothing');
    pass(LIVE_POLL_PAUSE_MS_MIN);
    assert.equal(read((await second).value).event, 'account');
  });

  it('tells that nothing could be read, and goes on', async () => {
    let isReadable = false;
    const accounts = new LiveAccounts();
    const lend = () => ({ ...control.ports, live: isReadable ? lendWorkers(worker) : lendWorkers() });
    const told = writeAccount(() => accounts.read(lend(), ACCOUNT), end.signal, { parts: 0 });
    await told.next();
    assert.equal((await told.next()).value, 'event: unavailable\ndata: {}\n\n');
    isReadable = true;
    assert.equal(read(await takeAfter(told, LIVE_POLL_MS)).event, 'account');
  });

  it('ends when it is told to, while it waits', async () => {
    const told = open();
    await told.next();
    await told.next();
    const last = told.next();
    end.abort();
    assert.equal((await last).done, true);
  });
});

function read(text: unknown) {
  const [, event, data = ''] = /^event: (\w+)\ndata: (.*)\n\n$/.exec(text as string) ?? [];
  return { event, data: JSON.parse(data) as { total: { allocations: number }; missing: readonly number[] } };
}

/** Lets what is under way come to its end, though no timer. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
