import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getHeapStatistics } from 'node:v8';
import { CLASS_REQUEST } from '../stun/message-type.ts';
import { METHOD_ALLOCATE, METHOD_REFRESH } from '../stun/registry/methods.ts';
import type { RelaySocketId } from './path.ts';
import { TurnServer } from './server.ts';
import { addressOf } from './test-support/script-options.ts';
import { TurnScript } from './test-support/turn-script.ts';

test('a connection that ends takes its allocation along', () => {
  const script = new TurnScript();
  const bob = script.client('bob', '198.51.100.2:4000', undefined, 'tcp');
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.mustAllocate();
  bob.mustAllocate({ dual: true });
  assert.deepEqual(
    script.act((server, now) => server.removeClientSocket(bob.socket, now)),
    ['close 1', 'close 2'],
  );
  assert.equal(script.count('allocations_ended_disconnected'), 1);
  assert.equal(script.server.allocationCount, 1);
});

test('a listener that is removed takes all along', () => {
  const script = new TurnScript();
  const clients = [1, 2, 3].map((n) => script.client(`c${n}`, `198.51.100.${n}:4000`));
  for (const client of clients) {
    client.mustAllocate();
  }
  const socket = clients[0]?.socket as NonNullable<(typeof clients)[0]>['socket'];
  assert.deepEqual(
    script.act((server, now) => server.removeClientSocket(socket, now)),
    ['close 0', 'close 1', 'close 2'],
  );
  assert.equal(script.server.allocationCount, 0);
});

test('it can be asked whether a client has an allocation, pending or live', () => {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000');
  const hasAllocation = (): boolean => script.server.hasAllocation(alice.socket, alice.address, 0);
  alice.challenge();
  assert.equal(hasAllocation(), false);
  script.opensAtOnce = false;
  alice.allocate();
  assert.equal(hasAllocation(), true);
  script.openRelay(0);
  assert.equal(hasAllocation(), true);
  alice.refresh(0);
  assert.equal(hasAllocation(), false);
});

test('the number of a socket may be used anew', () => {
  const script = new TurnScript();
  const bob = script.client('bob', '198.51.100.2:4000', undefined, 'tcp');
  bob.mustAllocate();
  script.act((server, now) => {
    server.removeClientSocket(bob.socket, now);
    server.addClientSocket(bob.socket, 'tls', addressOf('203.0.113.10:5349'));
  });
  // Its nonce was for another transport.
  assert.match(bob.allocate().join(), /error=438/);
  bob.mustAllocate();
});

test('a long time of allocations that come and go leaves nothing behind', () => {
  const script = new TurnScript({ relayPorts: { min: 50_000, max: 50_019 } });
  const clients = Array.from({ length: 10 }, (_, i) => script.client(`c${i}`, `198.51.100.${i}:4000`));
  for (let round = 0; round < 100; round += 1) {
    for (const [i, client] of clients.entries()) {
      client.mustAllocate({ dual: (round + i) % 2 === 0 });
      client.channelBind(0x4000 + round, `8.8.8.8:${1_000 + round}`);
      client.createPermission('9.9.9.9');
    }
    for (const client of clients) {
      client.refresh(0);
    }
  }
  assert.equal(script.server.nextTimeout(), Number.POSITIVE_INFINITY);
  assert.equal(script.count('allocations_started'), 1_000);
});

const CALLS_PER_ROUND = 100_000;
const ROUNDS = 6;
/** The smallest thing that V8 allocates, a number that is no small integer, has 16; half of it is noise. */
const NOISE_BYTES = 8;

/** Bytes that V8 allocates on average during one of many calls; the least of some rounds, since the first ones compile. */
function allocatedPerCall(call: () => boolean): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = totalAllocatedBytes();
    for (let i = 0; i < CALLS_PER_ROUND; i += 1) {
      call();
    }
    least = Math.min(least, (totalAllocatedBytes() - before) / CALLS_PER_ROUND);
  }
  assert(call(), 'the packet is relayed');
  return least;
}

function totalAllocatedBytes(): number {
  return (getHeapStatistics() as unknown as { total_allocated_bytes: number }).total_allocated_bytes;
}

for (const transport of ['udp', 'tcp'] as const) {
  test(`relaying a packet by a channel allocates nothing, over ${transport}`, () => {
    const script = new TurnScript();
    const alice = script.client('alice', '198.51.100.1:4000', undefined, transport);
    alice.mustAllocate();
    alice.channelBind(0x4000, '8.8.8.8:53');
    const { server, now } = script;
    const out = Uint8Array.of(0x40, 0, 0, 4, 1, 2, 3, 4);
    const peer = addressOf('8.8.8.8:53');
    const input = new Uint8Array(64 + 100 + 4);
    const up = allocatedPerCall(() => server.handleClient(alice.socket, alice.address, 0, out, 0, out.length, now));
    const down = allocatedPerCall(() => server.handlePeer(0 as RelaySocketId, peer, 0, input, 64, 99, now));
    assert(up < NOISE_BYTES, `${up} bytes up`);
    assert(down < NOISE_BYTES, `${down} bytes down`);
  });
}

test('relaying a packet by an indication allocates nothing', () => {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.mustAllocate();
  alice.createPermission('8.8.8.8');
  const { server, now } = script;
  const peer = addressOf('8.8.8.8:53');
  const input = new Uint8Array(64 + 100 + 4);
  const down = allocatedPerCall(() => server.handlePeer(0 as RelaySocketId, peer, 0, input, 64, 99, now));
  assert(down < NOISE_BYTES, `${down} bytes down`);
});

test('answers of a whole batch stand side by side until they are sent', () => {
  const script = new TurnScript();
  const clients = Array.from({ length: 64 }, (_, i) => script.client(`c${i}`, `198.51.100.1:${4_000 + i}`));
  const answers = clients.map((client) => {
    client.challenge();
    const { bytes, offset, length } = script.server.forward;
    return { bytes, offset, length, copy: bytes.slice(offset, offset + length) };
  });
  for (const { bytes, offset, length, copy } of answers) {
    assert.deepEqual(bytes.slice(offset, offset + length), copy);
  }
});

test('the longest answers fit: a success, a list of all attributes of a request, and a challenge', () => {
  const script = new TurnScript({ software: 's'.repeat(64) });
  const alice = script.client('alice', '[2001:db8::1]:4000');
  alice.style = 'sha256';
  alice.fingerprint = true;
  alice.mustAllocate({ dual: true });
  // Seven attributes are those of authentication, and of 128 in all.
  const lines = alice.request(METHOD_REFRESH, (writer) => {
    for (let type = 0x100; type < 0x100 + 121; type += 1) {
      writer.addEmpty(type);
    }
  });
  assert.match(lines.join(), /^alice < refresh error error=420 unknown=0x100,\S* sha256 fingerprint$/);

  const server = new TurnServer({ ...script.options, realm: 'r'.repeat(32) });
  server.addClientSocket(alice.socket, 'udp', addressOf('203.0.113.10:3478'));
  const request = alice.build(CLASS_REQUEST, METHOD_ALLOCATE, () => undefined, 'none');
  assert(server.handleClient(alice.socket, alice.address, 0, request, 0, request.length, script.now));
});
