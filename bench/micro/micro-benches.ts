import { nodeHashes } from '../../src/app/node-hashes.ts';
import type { Instant, UnixMs } from '../../src/base/clock.ts';
import { DeadlineHeap } from '../../src/base/deadline-heap.ts';
import { BITS_PER_SECOND_MAX, PACKETS_PER_SECOND_MAX } from '../../src/base/limits.ts';
import { SeededRandom } from '../../src/base/seeded-random.ts';
import type { CredentialId } from '../../src/contract/ids.ts';
import { type Limits, NO_LIMITS } from '../../src/contract/limits.ts';
import { SharedRevocations } from '../../src/relay/shared-revocations.ts';
import { BATCH_MAX } from '../../src/relay/sockets/datagram-sockets.ts';
import { verifyIntegrity } from '../../src/stun/integrity.ts';
import { CLASS_REQUEST } from '../../src/stun/message-type.ts';
import { MessageView } from '../../src/stun/message-view.ts';
import { ATTRIBUTE_NONCE, ATTRIBUTE_REALM, ATTRIBUTE_USERNAME } from '../../src/stun/registry/attributes.ts';
import { METHOD_ALLOCATE } from '../../src/stun/registry/methods.ts';
import { buildMessage, viewOf } from '../../src/stun/test-support/build-message.ts';
import type { RelaySocketId } from '../../src/turn/path.ts';
import { PermissionTable } from '../../src/turn/permission-table.ts';
import { PortPool } from '../../src/turn/port-pool.ts';
import { RevokedUsernames } from '../../src/turn/revoked-usernames.ts';
import { addressOf } from '../../src/turn/test-support/script-options.ts';
import { TurnScript } from '../../src/turn/test-support/turn-script.ts';
import type { MicroBench } from './micro-bench.ts';
import { prepareBatch } from './prepare-batch.ts';

const KEY = new Uint8Array(16).fill(7);
const CHANNEL = 0x4000;
const PAYLOAD_BYTES = 160;
const HEADROOM_BYTES = 64;
const TAILROOM_BYTES = 4;
const ENTRIES = 10_000;
/** Between two packets: a million a second, which keep to the highest limits that there are. */
const PACKET_MS = 0.001;
const HIGH_LIMITS: Limits = {
  ...NO_LIMITS,
  allocationPacketsPerSecond: PACKETS_PER_SECOND_MAX,
  allocationBitsPerSecond: BITS_PER_SECOND_MAX,
};

/** Every function that a packet or a request meets on its way. */
export const microBenches: readonly MicroBench[] = [
  {
    title: 'MessageView.parse, an Allocate request with seven attributes',
    prepare: () => {
      const bytes = buildAllocate();
      const view = new MessageView();
      return () => (view.parse(bytes, 0, bytes.length) === undefined ? view.attributeCount : 0);
    },
  },
  {
    title: 'verifyIntegrity, HMAC-SHA1 of the same',
    prepare: () => {
      const view = viewOf(buildAllocate());
      return () => Number(verifyIntegrity(nodeHashes, view, KEY));
    },
  },
  { title: 'TurnServer, ChannelData of 160 bytes, client → peer', prepare: () => prepareChannel('up', NO_LIMITS) },
  {
    title: 'TurnServer, the same client → peer, with limits that are not reached',
    prepare: () => prepareChannel('up', HIGH_LIMITS),
  },
  { title: 'TurnServer, ChannelData of 160 bytes, peer → client', prepare: () => prepareChannel('down', NO_LIMITS) },
  {
    title: 'TurnServer, the same peer → client, with limits that are not reached',
    prepare: () => prepareChannel('down', HIGH_LIMITS),
  },
  {
    title: 'Event loop and NativeSockets, the same in batches of 64, client → peer',
    prepare: (defer) => prepareBatch('up', defer),
    thingsPerCall: BATCH_MAX,
  },
  {
    title: 'Event loop and NativeSockets, the same in batches of 64, peer → client',
    prepare: (defer) => prepareBatch('down', defer),
    thingsPerCall: BATCH_MAX,
  },
  {
    title: `PermissionTable.find, among ${ENTRIES}`,
    prepare: () => {
      const table = new PermissionTable(new SeededRandom(1));
      const peers = Array.from({ length: 256 }, (_, i) => addressOf(`198.51.100.${i}:9`));
      for (let relay = 0; table.size < ENTRIES; relay += 1) {
        for (const peer of peers.slice(0, 100)) {
          table.add(relay, peer, 0, false);
        }
      }
      let at = 0;
      return () => {
        at = (at + 37) % ENTRIES;
        return table.find(Math.trunc(at / 100), peers[at % 100] as (typeof peers)[0], 0);
      };
    },
  },
  ...[0, 1, 1_000_000].map((count) => ({
    title: `SharedRevocations.has, among ${count}`,
    prepare: () => prepareRevocations(count),
  })),
  {
    title: 'PortPool.take and give',
    prepare: () => {
      const pool = new PortPool({ min: 49_152, max: 65_535 }, { index: 0, count: 1 }, new SeededRandom(1));
      return () => {
        const port = pool.take();
        pool.give(port);
        return port;
      };
    },
  },
  {
    title: `DeadlineHeap.set, among ${ENTRIES}`,
    prepare: () => {
      const heap = new DeadlineHeap();
      for (let id = 0; id < ENTRIES; id += 1) {
        heap.set(id, id);
      }
      let now = ENTRIES;
      return () => {
        now += 1;
        heap.set((now * 37) % ENTRIES, now);
        return heap.size;
      };
    },
  },
];

/** What every request that is authenticated asks for once. */
function prepareRevocations(count: number): () => number {
  const expiresAt = 1_000 as UnixMs;
  const revoked = new RevokedUsernames(nodeHashes, new SeededRandom(1), (bytes) => new SharedArrayBuffer(bytes));
  const usernameOf = (i: number) => i.toString(16).padStart(96, '0') as string as CredentialId;
  for (let i = 0; i < count; i += 1) {
    revoked.add(usernameOf(i), expiresAt);
  }
  const shared = new SharedRevocations(nodeHashes);
  shared.move(revoked.memory);
  const asked = Array.from({ length: 4_096 }, (_, i) => usernameOf(i * 977));
  let at = 0;
  return () => {
    at = (at + 37) % asked.length;
    // Whoever is found and whoever is not take the same.
    return 1 + Number(shared.has(asked[at] as CredentialId));
  };
}

function buildAllocate(): Uint8Array {
  return buildMessage(
    (writer) => {
      writer.addRequestedTransport(17);
      writer.addLifetime(600);
      writer.addText(ATTRIBUTE_USERNAME, '0123456789abcdef'.repeat(6));
      writer.addText(ATTRIBUTE_REALM, 'taciturn');
      writer.addText(ATTRIBUTE_NONCE, 'obMatJos2AAAA0123456789abcdef0123456789');
      writer.addIntegrity(nodeHashes, KEY);
      writer.addFingerprint();
    },
    CLASS_REQUEST,
    METHOD_ALLOCATE,
  );
}

/** One packet of a bound channel, given to the server as a batch would; time goes on, so that buckets are filled again. */
function prepareChannel(direction: 'up' | 'down', limits: Limits): () => number {
  const script = new TurnScript();
  script.server.setDefaultLimits(limits, script.now);
  const client = script.client('client', '198.51.100.1:4000');
  client.mustAllocate();
  client.channelBind(CHANNEL, '8.8.8.8:53');
  const { server } = script;
  let now = script.now;
  if (direction === 'up') {
    const message = new Uint8Array(4 + PAYLOAD_BYTES);
    message.set([CHANNEL >> 8, CHANNEL & 0xff, 0, PAYLOAD_BYTES]);
    return () => {
      now = (now + PACKET_MS) as Instant;
      return Number(server.handleClient(client.socket, client.address, 0, message, 0, message.length, now));
    };
  }
  const peer = addressOf('8.8.8.8:53');
  const relay = 0 as RelaySocketId;
  const bytes = new Uint8Array(HEADROOM_BYTES + PAYLOAD_BYTES + TAILROOM_BYTES);
  return () => {
    now = (now + PACKET_MS) as Instant;
    return Number(server.handlePeer(relay, peer, 0, bytes, HEADROOM_BYTES, PAYLOAD_BYTES, now));
  };
}
