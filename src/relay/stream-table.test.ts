import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import type { Instant, UnixMs } from '../base/clock.ts';
import { parseIp } from '../base/ip.ts';
import { STREAM_IDLE_MS_MAX, STREAM_RELAYED_QUEUE_BYTES_MAX } from '../base/limits.ts';
import { type AddressWords, portOf } from '../base/socket-address.ts';
import { writeChannelDataHeader } from '../stun/channel-data.ts';
import { makeSelfSignedCertificate } from './certificate/self-signed-certificate.ts';
import { RELAY_COUNTER, type RelayEvent, viewWorkerCounters, WORKER_COUNTERS_BYTES } from './relay-counters.ts';
import type { StreamConnection } from './stream-connection.ts';
import { type StreamHandler, StreamTable, type StreamTableOptions } from './stream-table.ts';

const loopback4 = parseIp('127.0.0.1') as AddressWords;
const loopback6 = parseIp('::1') as AddressWords;
const makeMaterial = () =>
  makeSelfSignedCertificate({ hostnames: ['localhost'], addresses: [loopback4] }, Date.now() as UnixMs);
const material = makeMaterial();

/** A table that echoes every message, under a clock that the test moves. */
class EchoServer implements StreamHandler {
  readonly counters = viewWorkerCounters(new SharedArrayBuffer(WORKER_COUNTERS_BYTES)).relay;
  readonly table: StreamTable;
  readonly opened: StreamConnection[] = [];
  readonly closed: StreamConnection[] = [];
  readonly inUse = new Set<StreamConnection>();
  now = 0;
  frames = 0;
  readonly #dirty: StreamConnection[] = [];

  constructor(options: Partial<StreamTableOptions> = {}) {
    this.table = new StreamTable(
      {
        tls: { material, ticketKeys: new Uint8Array(48).fill(7) },
        clock: { now: () => this.now as Instant, unixNow: () => 0 as UnixMs },
        counters: this.counters,
        firstId: 10,
        connectionsMax: 100,
        connectionsPerAddressMax: 50,
        ...options,
      },
      this,
    );
  }

  count(name: RelayEvent | 'stream_connections'): number {
    return this.counters[RELAY_COUNTER[name]] as number;
  }

  handleStreamOpened(connection: StreamConnection): void {
    this.opened.push(connection);
  }

  handleStreamFrame(connection: StreamConnection, bytes: Uint8Array, offset: number, length: number): void {
    this.frames += 1;
    connection.gather(bytes, offset, length);
    this.#dirty.push(connection);
  }

  handleStreamPause(): void {
    for (const connection of this.#dirty.splice(0)) {
      connection.flush();
    }
  }

  handleStreamClosed(connection: StreamConnection): void {
    this.closed.push(connection);
  }

  isStreamInUse(connection: StreamConnection): boolean {
    return this.inUse.has(connection);
  }
}

function makeFrame(length: number, fill: number): Buffer {
  const frame = Buffer.alloc(4 + Math.ceil(length / 4) * 4, fill);
  writeChannelDataHeader(frame, 0, 0x4000, length);
  return frame.fill(0, 4 + length);
}

function gatherRelayed(connection: StreamConnection, frame: Buffer): boolean {
  return connection.hasRoom(frame.length) && connection.gather(frame, 0, frame.length);
}

/** Takes the next `count` bytes of a paused or fresh socket; what follows them stays there. */
async function readBytes(socket: Socket, count: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  while (length < count) {
    const chunk = (socket.read(Math.min(count - length, socket.readableLength)) ?? Buffer.alloc(0)) as Buffer;
    chunks.push(chunk);
    length += chunk.length;
    if (length < count) {
      await once(socket, 'readable');
    }
  }
  return Buffer.concat(chunks);
}

/** Waits until the server has closed the connection. */
async function readEnd(socket: Socket): Promise<void> {
  socket.resume();
  await new Promise((resolve) => socket.once('close', resolve));
}

describe('stream table', { timeout: 20_000 }, () => {
  const servers: EchoServer[] = [];
  const sockets: Socket[] = [];

  const makeServer = (options: Partial<StreamTableOptions> = {}) => {
    const server = new EchoServer(options);
    servers.push(server);
    return server;
  };
  const connectTcp = async (local: AddressWords, host = '127.0.0.1') => {
    const socket = connect(portOf(local), host);
    socket.on('error', () => {});
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  };
  const openTls = (local: AddressWords, options: ConnectionOptions = {}) => {
    const socket = connectTls({ port: portOf(local), host: '127.0.0.1', ca: material.certificate, ...options });
    sockets.push(socket);
    return socket;
  };
  const secureTls = async (local: AddressWords, options: ConnectionOptions = {}): Promise<TLSSocket> => {
    const socket = openTls(local, options);
    await once(socket, 'secureConnect');
    return socket;
  };
  afterEach(() => {
    for (const socket of sockets.splice(0)) {
      socket.destroy();
    }
    for (const server of servers.splice(0)) {
      server.table.stop();
    }
  });

  for (const [host, address] of [
    ['127.0.0.1', loopback4],
    ['::1', loopback6],
  ] as const) {
    it(`takes messages apart that came in one piece or in many, from ${host}`, async () => {
      const server = makeServer();
      const local = await server.table.listen('tcp', address, true);
      const socket = await connectTcp(local, host);
      const sent = Buffer.concat([makeFrame(5, 1), makeFrame(100, 2), makeFrame(0, 3), makeFrame(20_000, 4)]);
      socket.write(sent);
      assert.ok((await readBytes(socket, sent.length)).equals(sent));
      for (let at = 0; at < 116; at += 1) {
        socket.write(sent.subarray(at, at + 1));
        await new Promise((resolve) => setImmediate(resolve));
      }
      assert.ok((await readBytes(socket, 116)).equals(sent.subarray(0, 116)));
      assert.equal(server.frames, 6);
      const [connection] = server.opened;
      assert.equal(connection?.ends.id, 10);
      assert.deepEqual(connection?.ends.local, local);
      assert.equal(portOf(connection?.ends.remote as AddressWords), socket.localPort);
    });
  }

  it('tells when a connection ends, and uses its number again', async () => {
    const server = makeServer();
    const local = await server.table.listen('tcp', loopback4, false);
    const first = await connectTcp(local);
    first.write(makeFrame(1, 1));
    await readBytes(first, 8);
    first.end();
    await readEnd(first);
    const second = await connectTcp(local);
    second.write(makeFrame(1, 1));
    await readBytes(second, 8);
    assert.equal(server.closed[0], server.opened[0]);
    assert.equal(server.opened[1]?.ends.id, server.opened[0]?.ends.id);
    assert.equal(server.count('stream_connections'), 1);
    assert.equal(server.count('stream_connections_accepted'), 2);
  });

  it('closes a stream that is no TURN, after answering what was', async () => {
    const server = makeServer();
    const local = await server.table.listen('tcp', loopback4, false);
    const socket = await connectTcp(local);
    // The beginning of a TLS handshake.
    socket.write(Buffer.concat([makeFrame(4, 1), Buffer.from('1603010200', 'hex')]));
    assert.equal((await readBytes(socket, 8)).length, 8);
    await readEnd(socket);
    assert.equal(server.count('stream_closed_malformed'), 1);
  });

  it('closes an idle connection without an allocation, however it trickles', async () => {
    const server = makeServer();
    const local = await server.table.listen('tcp', loopback4, false);
    const [idle, used] = [await connectTcp(local), await connectTcp(local)];
    used.write(makeFrame(4, 1));
    await readBytes(used, 8);
    const usedConnection = server.opened.find(({ ends }) => portOf(ends.remote) === used.localPort);
    server.inUse.add(usedConnection as StreamConnection);
    server.now = STREAM_IDLE_MS_MAX - 1;
    server.table.closeIdle(server.now as Instant);
    assert.equal(server.count('stream_closed_idle'), 0);
    idle.write(makeFrame(4, 1).subarray(0, 3));
    server.now = STREAM_IDLE_MS_MAX;
    server.table.closeIdle(server.now as Instant);
    await readEnd(idle);
    assert.equal(server.count('stream_closed_idle'), 1);
    server.inUse.clear();
    server.table.closeIdle(server.now as Instant);
    assert.equal(server.count('stream_closed_idle'), 1, 'idle begins when the allocation ends');
    server.now = 2 * STREAM_IDLE_MS_MAX;
    server.table.closeIdle(server.now as Instant);
    await readEnd(used);
  });

  it('refuses connections above the limits of a worker and of an address', async () => {
    const server = makeServer({ connectionsMax: 3, connectionsPerAddressMax: 2 });
    const local = await server.table.listen('tcp', loopback4, false);
    const connectFrom = async (localAddress: string) => {
      const socket = connect({ port: portOf(local), host: '127.0.0.1', localAddress });
      socket.on('error', () => {});
      sockets.push(socket);
      socket.write(makeFrame(4, 1));
      socket.resume();
      return (await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => [])])).length > 0;
    };
    assert.equal(await connectFrom('127.0.0.1'), true);
    assert.equal(await connectFrom('127.0.0.1'), true);
    assert.equal(await connectFrom('127.0.0.1'), false);
    assert.equal(await connectFrom('127.0.0.2'), true);
    assert.equal(await connectFrom('127.0.0.3'), false);
    assert.equal(server.count('stream_refused_address_limit'), 1);
    assert.equal(server.count('stream_refused_worker_limit'), 1);
  });

  it('drops for a reader that does not read: relayed packets first, answers later, and keeps no more', async () => {
    const server = makeServer();
    const local = await server.table.listen('tcp', loopback4, false);
    const socket = await connectTcp(local);
    socket.write(makeFrame(4, 1));
    await readBytes(socket, 8);
    const connection = server.opened[0] as StreamConnection;
    const frame = makeFrame(1_196, 9);
    let relayed = 0;
    let isFull = false;
    while (!isFull) {
      for (let index = 0; index < 10; index++) {
        const isTaken = gatherRelayed(connection, frame);
        relayed += isTaken ? 1 : 0;
        isFull = !isTaken;
      }
      connection.flush();
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(relayed * frame.length > STREAM_RELAYED_QUEUE_BYTES_MAX);
    let answers = 0;
    while (connection.gather(frame, 0, frame.length)) {
      answers += 1;
      connection.flush();
    }
    assert.ok(answers > 20 && answers < 60, `${answers} answers`);
    const expected = (relayed + answers) * frame.length;
    const received = await readBytes(socket, expected);
    assert.equal(received.length, expected);
    for (let at = 0; at < received.length; at += frame.length) {
      assert.ok(received.subarray(at, at + frame.length).equals(frame), 'whole frames arrive');
    }
    assert.equal(gatherRelayed(connection, frame), true);
    connection.flush();
    assert.equal((await readBytes(socket, frame.length)).length, frame.length);
  });

  it('sends frames larger than a chunk, and many in one batch', async () => {
    const server = makeServer();
    const local = await server.table.listen('tcp', loopback4, false);
    const socket = await connectTcp(local);
    const sent = Buffer.concat([makeFrame(40_000, 1), ...Array.from({ length: 40 }, (_, i) => makeFrame(1_000, i))]);
    socket.write(sent);
    assert.ok((await readBytes(socket, sent.length)).equals(sent));
  });

  it('serves TLS 1.2 and 1.3, with the protocols of RFC 7443 or none', async () => {
    const server = makeServer();
    const local = await server.table.listen('tls', loopback4, false);
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      for (const protocol of ['stun.turn', 'stun.nat-discovery', undefined]) {
        const socket = await secureTls(local, {
          minVersion: version,
          maxVersion: version,
          ...(protocol === undefined ? {} : { ALPNProtocols: [protocol] }),
        });
        assert.equal(socket.getProtocol(), version);
        assert.equal(socket.alpnProtocol, protocol ?? false);
        const sent = Buffer.concat([makeFrame(5, 1), makeFrame(30_000, 2)]);
        socket.write(sent);
        assert.ok((await readBytes(socket, sent.length)).equals(sent));
        assert.equal(server.opened.at(-1)?.ends.transport, 'tls');
      }
    }
    assert.equal(server.count('tls_handshakes_failed'), 0);
  });

  it('refuses TLS with foreign protocols only, with an old version, and plain text', async () => {
    const server = makeServer();
    const local = await server.table.listen('tls', loopback4, false);
    for (const options of [
      { ALPNProtocols: ['h2'] },
      { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' },
    ] as const) {
      await assert.rejects(once(openTls(local, options as unknown as ConnectionOptions), 'secureConnect'));
    }
    const plain = await connectTcp(local);
    plain.write(makeFrame(20, 1));
    await readEnd(plain);
    assert.equal(server.count('tls_handshakes_failed'), 3);
    assert.equal(server.opened.length, 0);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(server.count('stream_connections'), 0);
  });

  it('changes the certificate without a break for sessions that there are', async () => {
    const server = makeServer();
    const local = await server.table.listen('tls', loopback4, false);
    const before = await secureTls(local);
    const next = makeMaterial();
    server.table.setCertificate(next);
    const after = await secureTls(local, { ca: next.certificate });
    assert.notEqual(after.getPeerCertificate().fingerprint256, before.getPeerCertificate().fingerprint256);
    for (const socket of [before, after]) {
      socket.write(makeFrame(4, 1));
      assert.equal((await readBytes(socket, 8)).length, 8);
    }
  });

  it('resumes a TLS session that another worker began', async () => {
    const [one, other] = [makeServer(), makeServer()];
    const first = openTls(await one.table.listen('tls', loopback4, false), { maxVersion: 'TLSv1.2' });
    const [session] = (await once(first, 'session')) as [Buffer];
    const local = await other.table.listen('tls', loopback4, false);
    const second = await secureTls(local, { maxVersion: 'TLSv1.2', session });
    assert.equal(second.isSessionReused(), true);
  });

  it('does not listen when it is stopped while it binds', async () => {
    const server = makeServer();
    const listening = server.table.listen('tcp', loopback4, false);
    server.table.stopListening();
    const local = await listening;
    await assert.rejects(connectTcp(local), /ECONNREFUSED/);
  });

  it('sends nothing more to a client that has ended its side, and says so', async () => {
    const server = makeServer();
    const local = await server.table.listen('tcp', loopback4, false);
    const socket = await connectTcp(local);
    socket.write(makeFrame(4, 1));
    await readBytes(socket, 8);
    const connection = server.opened[0] as StreamConnection;
    const frame = makeFrame(1_196, 9);
    while (gatherRelayed(connection, frame)) {
      connection.flush();
    }
    socket.end();
    // The server reads the end of the stream before the connection of another client.
    const other = await connectTcp(local);
    other.write(makeFrame(4, 1));
    await readBytes(other, 8);
    assert.equal(connection.isClosed, false, 'what was queued is still being sent');
    assert.equal(connection.gather(frame, 0, 8), false);
  });

  it('stops listening, and leaves the connections', async () => {
    const server = makeServer();
    const local = await server.table.listen('tcp', loopback4, false);
    const socket = await connectTcp(local);
    socket.write(makeFrame(4, 1));
    await readBytes(socket, 8);
    server.table.stopListening();
    await assert.rejects(connectTcp(local));
    socket.write(makeFrame(4, 1));
    assert.equal((await readBytes(socket, 8)).length, 8);
    server.table.stop();
    await readEnd(socket);
  });
});
