/**
 * Prints what the live view of 20,000 allocations on one worker costs: how long the worker is held, and what the main thread does.
 *
 *     node bench/micro/live-view.ts
 */
import { nodeHashes } from '../../src/app/node-hashes.ts';
import { SeededRandom } from '../../src/base/seeded-random.ts';
import type { LiveWorkers } from '../../src/contract/live-workers.ts';
import { openTestControl } from '../../src/control/control.test-support.ts';
import { listLiveAllocations } from '../../src/control/list-live-allocations.ts';
import { WorkerMirror } from '../../src/control/worker-mirror.ts';
import { splitFrame, splitSnapshot } from '../../src/http/live/event-parts.ts';
import { answerLiveQuestion, listTransfers } from '../../src/relay/answer-live-question.ts';
import { ACCOUNT, TurnScript } from '../../src/turn/test-support/turn-script.ts';

const ALLOCATIONS = 20_000;
const ROUNDS = 10;

const script = new TurnScript({ relayPorts: { min: 20_000, max: 60_000 } }, nodeHashes);
const random = new SeededRandom(1);
const clients = Array.from({ length: ALLOCATIONS }, (_, i) => {
  const credential = script.credential({ customIdentifier: `user ${i % 1_000}` });
  const address = `198.51.${i >> 8}.${i & 255}:${1_024 + random.below(60_000)}`;
  // Over connections of their own, since the script finds a client by its socket.
  const client = script.client('c', address, credential, 'tcp');
  client.mustAllocate();
  client.channelBind(0x4000, '8.8.8.8:53');
  return client;
});
const { ports, close } = await openTestControl();

let holds: number[] = [];
const workers: LiveWorkers = {
  workerCount: 1,
  ask: async (_worker, question) => {
    const begun = performance.now();
    const answer = answerLiveQuestion(script.server, question, '0123456789ab', script.now);
    // To post a message is to write the clone: the reading of it is the main thread's part, and measured with it here.
    const clone = structuredClone(answer, { transfer: listTransfers(answer) });
    holds.push(performance.now() - begun);
    return clone;
  },
};

async function measure(name: string, work: () => Promise<unknown> | unknown): Promise<void> {
  const times: number[] = [];
  holds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const begun = performance.now();
    await work();
    times.push(performance.now() - begun);
  }
  const sorted = times.toSorted((a, b) => a - b);
  const held = holds.toSorted((a, b) => a - b);
  const text = (value: number | undefined) => (value ?? 0).toFixed(2);
  process.stdout.write(
    `${name}: median ${text(sorted[ROUNDS / 2])} ms, longest ${text(sorted.at(-1))} ms; ` +
      `${held.length / ROUNDS} questions, median hold ${text(held[Math.floor(held.length / 2)])} ms, ` +
      `99 % ${text(held[Math.floor(held.length * 0.99)])} ms, longest ${text(held.at(-1))} ms\n`,
  );
}

const withWorkers = { ...ports, live: workers };
const page = (limit: number, cursor?: string, filter = {}) =>
  listLiveAllocations(withWorkers, ACCOUNT, { filter, limit, cursor });

await measure('one page of 100', () => page(100));
await measure('one page of 1,000', () => page(1_000));
await measure('one client of 20,000 by its address', () => page(100, undefined, { clientAddress: '198.51.78.31' }));
await measure('all 20,000 in pages of 1,000', async () => {
  let cursor: string | undefined;
  do {
    cursor = (await page(1_000, cursor)).next;
  } while (cursor !== undefined);
});

const mirror = new WorkerMirror(workers, 0, ACCOUNT, {});
await mirror.read();
await measure('a tick in which nothing changed', () => mirror.read());
await measure('a tick in which all moved, the traffic itself included', () => {
  for (const client of clients) {
    client.sendChannelData(0x4000, 'x');
  }
  return mirror.read();
});
for (const client of clients) {
  client.sendChannelData(0x4000, 'x');
}
const changes = await mirror.read();
const texts: number[] = [];
let bytes = 0;
for (const part of splitFrame('f', { version: 1, missing: [], added: [], changed: [], removed: [], ...changes })) {
  const begun = performance.now();
  bytes += part.text.length;
  texts.push(performance.now() - begun);
}
report('the text of that tick', texts, bytes);
const snapshot = { version: 1, missing: [], allocations: [...mirror.allocations] };
bytes = 0;
const snapshotTexts = splitSnapshot('f', snapshot).map((part) => {
  const begun = performance.now();
  bytes += part.text.length;
  return performance.now() - begun;
});
report('the text of a snapshot', snapshotTexts, bytes);
await close();

function report(name: string, parts: readonly number[], length: number): void {
  const sum = parts.reduce((total, part) => total + part, 0);
  process.stdout.write(
    `${name}: ${sum.toFixed(1)} ms in ${parts.length} parts, longest ${Math.max(...parts).toFixed(2)} ms, ` +
      `${(length / 1e6).toFixed(1)} MB\n`,
  );
}
