import type { DatagramAddon, EngineConfig } from '../../native/index.js';
import { ADDRESS_WORDS, copyAddress } from '../../src/base/socket-address.ts';
import { BATCH_MAX, HEADROOM_BYTES } from '../../src/relay/sockets/datagram-sockets.ts';
import { NATIVE_LAYOUT } from '../../src/relay/sockets/native-layout.ts';
import { NativeSockets } from '../../src/relay/sockets/native-sockets.ts';
import { ChannelLoop, LISTENER_TOKEN, RELAY_TOKEN } from '../../src/relay/test-support/channel-loop.ts';
import { writeChannelDataHeader } from '../../src/stun/channel-data.ts';
import { addressOf } from '../../src/turn/test-support/script-options.ts';
import type { Defer } from './micro-bench.ts';

const CHANNEL = 0x4000;
const CLIENT = '198.51.100.1:4000';
const PEER = '8.8.8.8:53';
const PAYLOAD_BYTES = 160;
const BUFFER_BYTES = 2_048;

/**
 * A batch of one channel's datagrams, as the addon would hand it over, and all that TypeScript does until they are handed back
 * to be sent. Each call answers how many those are.
 */
export function prepareBatch(direction: 'up' | 'down', defer: Defer): () => number {
  const addon = new FakeAddon();
  const options = { backEnd: 'io_uring', receiveBufferBytes: 0, bufferCount: BATCH_MAX } as const;
  const { loop, client } = new ChannelLoop((handler) => new NativeSockets(addon, handler, options), addressOf(CLIENT));
  defer(() => void loop.stop());
  loop.handleOpened(LISTENER_TOKEN, addressOf('203.0.113.10:3478'));
  client.allocate();
  loop.handleOpened(RELAY_TOKEN, addressOf(client.relayed[0] ?? '203.0.113.10:50000'));
  client.channelBind(CHANNEL, PEER);
  const batch = addon.config as EngineConfig;
  for (let index = 0; index < BATCH_MAX; index += 1) {
    const at = index * BUFFER_BYTES + HEADROOM_BYTES;
    writeChannelDataHeader(batch.slab, at, CHANNEL, PAYLOAD_BYTES);
    batch.sockets[index] = direction === 'up' ? LISTENER_TOKEN : RELAY_TOKEN;
    batch.offsets[index] = at;
    batch.lengths[index] = direction === 'up' ? 4 + PAYLOAD_BYTES : PAYLOAD_BYTES;
    copyAddress(addressOf(direction === 'up' ? CLIENT : PEER), 0, batch.from, index * ADDRESS_WORDS);
  }
  return () => {
    const before = addon.sent;
    batch.onReady(BATCH_MAX);
    return addon.sent - before;
  };
}

/** Opens and sends nothing. */
class FakeAddon implements DatagramAddon {
  readonly layout = NATIVE_LAYOUT;
  config: EngineConfig | undefined;
  sent = 0;

  createEngine(config: EngineConfig) {
    this.config = config;
    return {
      open: () => 0,
      close: () => {},
      send: (count: number) => {
        this.sent += count;
        return 0;
      },
      stop: () => {},
    };
  }
}
