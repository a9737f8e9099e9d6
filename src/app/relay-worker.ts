import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../base/assert.ts';
import { runRelayWorker } from '../relay/worker.ts';
import type { WorkerStart } from '../relay/worker-start.ts';
import { nodeClock } from './node-clock.ts';
import { nodeHashes } from './node-hashes.ts';
import { nodeRandom } from './node-random.ts';

/* The program of a worker thread; `relayWorkerUrl` says where it is. */

assert(parentPort !== null, 'the relay worker runs as a worker thread');
runRelayWorker(parentPort, workerData as WorkerStart, {
  hashes: nodeHashes,
  random: nodeRandom,
  clock: nodeClock,
});
