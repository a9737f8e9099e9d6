import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { parseIp } from '../base/ip.ts';
import { type AddressWords, withPort } from '../base/socket-address.ts';
import { readReceiveDrops } from './receive-drops.ts';

for (const host of ['127.0.0.1', '::1']) {
  test(`tells what the buffer of a socket on ${host} has lost`, async (context) => {
    const type = host === '::1' ? 'udp6' : 'udp4';
    const reader = createSocket({ type, recvBufferSize: 4_096 });
    const writer = createSocket(type);
    context.after(() => [reader, writer].map((socket) => socket.close()));
    reader.bind(0, host);
    await once(reader, 'listening');
    const { port } = reader.address();
    const local = withPort(parseIp(host) as AddressWords, port);
    assert.equal(readReceiveDrops([local]), 0);
    let received = 0;
    reader.on('message', () => {
      received += 1;
    });
    // Sent without giving the reader a turn, so that its buffer runs over.
    writer.bind(0, host);
    await once(writer, 'listening');
    const sent = 200;
    await Promise.all(
      Array.from(
        { length: sent },
        () => new Promise((resolve) => writer.send(Buffer.alloc(1_000), port, host, resolve)),
      ),
    );
    const drops = readReceiveDrops([local]);
    assert.ok(drops > 0 && drops <= sent - received, `${drops} dropped, ${received} received`);
    assert.equal(readReceiveDrops([withPort(local, 1)]), 0);
  });
}
