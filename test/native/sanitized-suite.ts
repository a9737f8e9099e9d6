// Run by sanitizers.test.ts, in a process with the sanitizers: `node sanitized-suite.ts <back end> <addon>`.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { testNativeSockets } from '../../src/relay/sockets/test-support/test-native-sockets.ts';

const [backEnd, path] = process.argv.slice(2) as ['io_uring' | 'mmsg', string];

testNativeSockets(backEnd, path);

test('a thread that is ended in the middle of receiving leaves nothing behind', { timeout: 20_000 }, async () => {
  const entry = new URL('./flooded-worker.ts', import.meta.url);
  for (let round = 0; round < 3; round++) {
    const worker = new Worker(entry, { workerData: { backEnd, path } });
    await once(worker, 'message');
    assert.equal(await worker.terminate(), 1);
  }
});
