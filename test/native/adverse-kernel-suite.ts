// Run by sanitizers.test.ts, in a process with the sanitizers: `node adverse-kernel-suite.ts <addon>`. The addon was
// built with adverse-kernel.c.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { loadDatagramAddon } from '../../native/index.js';
import type { AddressWords } from '../../src/base/socket-address.ts';
import { NativeSockets } from '../../src/relay/sockets/native-sockets.ts';
import { DatagramBench } from '../../src/relay/sockets/test-support/datagram-bench.ts';

const RECEIVER = 0;
const SENDERS = [1, 2, 3, 4, 5, 6, 7, 8];
const ROUNDS = 30;

const loaded = loadDatagramAddon(process.argv[2]);
assert.ok('addon' in loaded, 'the addon was built');
const { addon } = loaded;
let bench: DatagramBench;
let receiver: AddressWords;

beforeEach(async () => {
  bench = new DatagramBench(
    (handler) =>
      new NativeSockets(addon, handler, { backEnd: 'io_uring', receiveBufferBytes: 1024 * 1024, bufferCount: 64 }),
  );
  receiver = await bench.opened(RECEIVER);
  await Promise.all(SENDERS.map((token) => bench.opened(token)));
});

afterEach(async () => {
  delete process.env.REFUSE_SUBMISSIONS;
  delete process.env.LATE_MARKS;
  await bench.sockets.stop();
});

/** Sends from every sender in each of the rounds, while submissions are refused; what was sent. */
function sendWhileRefused(extent: 'all' | 'some'): readonly string[] {
  process.env.REFUSE_SUBMISSIONS = extent;
  const sent: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const texts = SENDERS.map((token) => `round ${round} of ${token}`);
    bench.sendTogether(SENDERS.map((token, index) => [token, receiver, texts[index] as string]));
    sent.push(...texts);
  }
  return sent;
}

/** What has arrived, up to and without a mark that is sent when nothing is refused any more. */
async function receivedUntilMark(): Promise<readonly string[]> {
  delete process.env.REFUSE_SUBMISSIONS;
  bench.sendTogether([[1, receiver, 'mark']]);
  const texts = () => bench.recorder.received.map(({ payload }) => payload.toString());
  await bench.recorder.until(() => texts().includes('mark'));
  return texts().slice(0, -1);
}

test('what is refused as a whole is counted, and never sent later', { timeout: 10_000 }, async () => {
  const sent = sendWhileRefused('all');
  assert.equal(bench.sockets.sendDrops, sent.length);
  assert.deepEqual(await receivedUntilMark(), []);
});

test('of what is taken in part, each is sent once as it was, or counted', { timeout: 10_000 }, async () => {
  const sent = sendWhileRefused('some');
  const { sendDrops } = bench.sockets;
  assert.ok(sendDrops > 0 && sendDrops < sent.length, `${sendDrops} of ${sent.length} were dropped`);
  const received = await receivedUntilMark();
  assert.equal(received.length, sent.length - sendDrops);
  assert.equal(new Set(received).size, received.length, 'none came twice');
  assert.deepEqual(
    received.filter((text) => !sent.includes(text)),
    [],
  );
});

test('a socket that is opened while all is refused receives afterwards', { timeout: 10_000 }, async () => {
  process.env.REFUSE_SUBMISSIONS = 'all';
  const opened = await bench.opened(9);
  delete process.env.REFUSE_SUBMISSIONS;
  bench.sendTogether([[1, opened, 'mark']]);
  await bench.receivedBy(9, 1);
});

test('sockets that are closed while all is refused let go of their ports', { timeout: 10_000 }, async () => {
  // More than the ring has entries.
  const tokens = Array.from({ length: 400 }, (_, index) => 100 + index);
  const locals = await Promise.all(tokens.map((token) => bench.opened(token)));
  process.env.REFUSE_SUBMISSIONS = 'all';
  for (const token of tokens) {
    bench.close(token);
  }
  delete process.env.REFUSE_SUBMISSIONS;
  for (const [index, local] of locals.entries()) {
    await bench.opened(1_000 + index, { local });
  }
});

test('sockets are opened, used and closed while the kernel marks its work late', { timeout: 10_000 }, async () => {
  process.env.LATE_MARKS = 'yes';
  for (let round = 0; round < ROUNDS; round++) {
    for (const token of SENDERS) {
      bench.close(token);
    }
    await Promise.all(SENDERS.map((token) => bench.opened(token)));
    bench.sendTogether(SENDERS.map((token) => [token, receiver, `round ${round} of ${token}`]));
    await bench.receivedBy(RECEIVER, (round + 1) * SENDERS.length);
  }
});
