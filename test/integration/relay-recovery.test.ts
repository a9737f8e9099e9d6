import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { relayWorkerUrl } from '../../src/app/relay-worker-url.ts';
import type { AccountId, KeyUid } from '../../src/contract/ids.ts';
import type { RelayOptions } from '../../src/relay/relay-options.ts';
import { startTestRelay, type TestRelay } from '../support/test-relay.ts';
import { waitFor } from '../support/wait-for.ts';

const WORKERS = 2;
/** Well below the time after which a worker that does not end is ended. */
const STOP_MS_MAX = 1_500;

const programOf = (source: string) => new URL(`data:text/javascript,${encodeURIComponent(source)}`);

/** Says that it listens, and dies when it is to bind anew. */
const FAILS_TO_REBIND = programOf(`
  import { parentPort } from 'node:worker_threads';
  parentPort.on('message', ({ kind }) => {
    if (kind === 'listen') {
      parentPort.postMessage({ kind: 'listening' });
    } else if (kind === 'rebind') {
      throw new Error('cannot bind anew');
    } else if (kind === 'flush-usage') {
      parentPort.postMessage({ kind: 'usage-flushed' });
    } else if (kind === 'stop') {
      parentPort.close();
    }
  });
  parentPort.postMessage({ kind: 'ready' });`);

/** Listens only while new clients are held off, and dies when they still are at the first flush. */
const WATCHES_HOLD = programOf(`
  import { parentPort, workerData } from 'node:worker_threads';
  const hold = new Int32Array(workerData.holdMemory);
  parentPort.on('message', ({ kind }) => {
    if (kind === 'listen' && Atomics.load(hold, 0) === 1) {
      parentPort.postMessage({ kind: 'listening' });
    } else if (kind === 'flush-usage' && Atomics.load(hold, 0) === 0) {
      parentPort.postMessage({ kind: 'usage-flushed' });
    } else if (kind === 'stop') {
      parentPort.close();
    } else if (kind !== 'revoked-moved') {
      throw new Error('the hold is not as it should be');
    }
  });
  parentPort.postMessage({ kind: 'ready' });`);

/** The real worker, but it dies at once when it is told of more than one change at its start. */
const FAILS_LATER = programOf(`
  import { workerData } from 'node:worker_threads';
  await import('${relayWorkerUrl.href}');
  if (workerData.changes.length > 1) {
    throw new Error('cannot run');
  }`);

describe('relay start and recovery', { timeout: 30_000 }, () => {
  let test: TestRelay;
  const start = async (options: Partial<RelayOptions> = {}) => {
    test = await startTestRelay({ workers: WORKERS, ...options });
  };
  const died = () =>
    test.log.filter(({ message }) => message.includes('started anew')).map(({ fields }) => fields.worker);
  afterEach(() => test.stop());

  it('serves no client before all workers listen', async () => {
    await start({ workerEntry: WATCHES_HOLD });
    await test.relay.flushUsage();
    assert.deepEqual(died(), []);
  });

  it('replaces the worker that cannot bind anew, and leaves the successor that it makes room for', async () => {
    await start({ workerEntry: FAILS_TO_REBIND });
    // The successor comes last in the kernel's row, so that the other worker must bind anew to come behind it.
    await test.relay.terminateWorker(0);
    await waitFor('that the second worker died', () => died().length === 2);
    // Each worker answers, or has died.
    await test.relay.flushUsage();
    assert.deepEqual(died(), [0, 1]);
  });

  it('serves new clients although no successor lives long enough to listen', async () => {
    await start({ workerEntry: FAILS_LATER });
    const other = { kind: 'key-live', keyUid: 'f'.repeat(32) as KeyUid, accountId: 'default' as AccountId } as const;
    test.relay.applyChanges([other]);
    await test.relay.terminateWorker(1);
    const client = await test.connect('udp');
    await client.bind();
    assert.ok(test.relay.counters().datagram_held_drops > 0, 'it was left unanswered for a while');
    const deaths = died().length;
    assert.ok(deaths > 1, `${deaths} deaths`);
    await waitFor('one more death', () => died().length > deaths);
    await (await test.connect('udp')).bind();
  });

  for (const delayMs of [0, 40, 80, 120]) {
    it(`stops at once, ${delayMs} ms after a worker died`, async () => {
      await start();
      await test.relay.terminateWorker(0);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      const stoppedAt = performance.now();
      await test.relay.stop();
      const tookMs = performance.now() - stoppedAt;
      assert.ok(tookMs < STOP_MS_MAX, `${tookMs} ms`);
    });
  }
});
