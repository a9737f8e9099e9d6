import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import { type DatagramAddon, loadDatagramAddon } from '../../native/index.js';
import { formatTransportAddress } from '../base/ip.ts';
import { type AddressWords, cloneAddress } from '../base/socket-address.ts';
import { addressOf } from '../turn/test-support/script-options.ts';
import type { DatagramBatch, DatagramHandler, DatagramSockets } from './sockets/datagram-sockets.ts';
import { NativeSockets } from './sockets/native-sockets.ts';
import { ChannelLoop, LISTENER_TOKEN } from './test-support/channel-loop.ts';
import { ChannelTraffic } from './test-support/channel-traffic.ts';

const CHANNEL = 0x4000;
const LOOPBACK = '127.0.0.1';
/** So many that what is allocated now and then hardly counts. */
const DATAGRAMS_PER_ROUND = 50_000;
/** Datagrams on their way at one time: they come in batches of 32 and more. */
const WINDOW = 64;
/** A number that is no small integer. The smallest object with a member has twice as many. */
const NUMBER_BYTES = 16;
/**
 * What a batch takes, on both sides of the exchange, is 2 to 5 bytes for each of its datagrams. Where V8 happens not to inline the
 * functions that the moment of a batch is handed through, it makes a number of it for each datagram as well.
 */
const ALLOWED_BYTES = NUMBER_BYTES + 6;
/** Compiling allocates too, and it takes some rounds until everything is compiled for good. */
const ROUNDS_MAX = 40;
const WASTING_ROUNDS = 6;

const loaded = loadDatagramAddon();
if ('addon' in loaded) {
  for (const backEnd of ['io_uring', 'mmsg'] as const) {
    test(`no object is allocated for a datagram that is relayed over ${backEnd}`, async (context) => {
      const traffic = await beginTraffic(context, loaded.addon, backEnd, () => undefined);
      const rates: number[] = [];
      while (Math.min(...rates) > ALLOWED_BYTES && rates.length < ROUNDS_MAX) {
        rates.push(await measureBytesPerDatagram(traffic));
      }
      assert.ok(Math.min(...rates) <= ALLOWED_BYTES, `bytes per datagram, round by round: ${describeRates(rates)}`);
    });
  }

  test('an object that is allocated for each datagram is noticed', async (context) => {
    let wasted: unknown;
    const traffic = await beginTraffic(context, loaded.addon, 'mmsg', (batch) => {
      for (let index = 0; index < batch.count; index += 1) {
        wasted = {};
      }
    });
    const rates: number[] = [];
    while (rates.length < WASTING_ROUNDS) {
      rates.push(await measureBytesPerDatagram(traffic));
    }
    assert.deepEqual(wasted, {});
    assert.ok(Math.min(...rates) > ALLOWED_BYTES, describeRates(rates));
  });
} else {
  test('the addon is there on Linux, and says why it is not elsewhere', () => {
    assert.notEqual(process.platform, 'linux', loaded.reason);
  });
}

/** The loop's handler, and what a test does before it has its turn. */
class ObservedHandler implements DatagramHandler {
  listener: AddressWords | undefined;
  readonly #handler: DatagramHandler;
  readonly #onBatch: (batch: DatagramBatch) => void;

  constructor(handler: DatagramHandler, onBatch: (batch: DatagramBatch) => void) {
    this.#handler = handler;
    this.#onBatch = onBatch;
  }

  handleOpened(...[socket, local]: Parameters<DatagramHandler['handleOpened']>): void {
    this.listener = socket === LISTENER_TOKEN ? cloneAddress(local) : this.listener;
    this.#handler.handleOpened(socket, local);
  }

  handleOpenFailed(...reasons: Parameters<DatagramHandler['handleOpenFailed']>): void {
    this.#handler.handleOpenFailed(...reasons);
  }

  handleBatch(batch: DatagramBatch): void {
    this.#onBatch(batch);
    this.#handler.handleBatch(batch);
  }

  handleIcmp(...error: Parameters<DatagramHandler['handleIcmp']>): void {
    this.#handler.handleIcmp(...error);
  }
}

/** Has datagrams go round through a loop's channel for as long as the test lasts. */
async function beginTraffic(
  context: TestContext,
  addon: DatagramAddon,
  backEnd: 'io_uring' | 'mmsg',
  onBatch: (batch: DatagramBatch) => void,
): Promise<ChannelTraffic> {
  const makeSockets = (handler: DatagramHandler): DatagramSockets =>
    new NativeSockets(addon, handler, { backEnd, receiveBufferBytes: 1024 * 1024, bufferCount: 256 });
  const traffic = new ChannelTraffic(makeSockets, addressOf(LOOPBACK));
  const [clientAddress, peerAddress] = await traffic.open();
  let observed: ObservedHandler | undefined;
  const { loop, client } = new ChannelLoop(
    (handler) => {
      observed = new ObservedHandler(handler, onBatch);
      return makeSockets(observed);
    },
    clientAddress,
    { relays: [{ bind: LOOPBACK, advertised: LOOPBACK }], allow: ['127.0.0.0/8'] },
  );
  context.after(async () => {
    await loop.stop();
    await traffic.stop();
  });
  await loop.listen({ transport: 'udp', address: addressOf(LOOPBACK) }, true);
  client.allocate();
  while (loop.server.allocationCount === 0) {
    await nextTurn();
  }
  client.channelBind(CHANNEL, formatTransportAddress(peerAddress));
  traffic.begin(observed?.listener as AddressWords, CHANNEL, WINDOW);
  return traffic;
}

/** Bytes that this thread's JavaScript allocates, collected since or not, for each datagram that is relayed. */
async function measureBytesPerDatagram(traffic: ChannelTraffic): Promise<number> {
  const before = countAllocatedBytes();
  await traffic.relay(DATAGRAMS_PER_ROUND);
  return (countAllocatedBytes() - before) / DATAGRAMS_PER_ROUND;
}

function countAllocatedBytes(): number {
  return (getHeapStatistics() as unknown as { readonly total_allocated_bytes: number }).total_allocated_bytes;
}

function describeRates(rates: readonly number[]): string {
  return rates.map((rate) => rate.toFixed(1)).join(', ');
}
