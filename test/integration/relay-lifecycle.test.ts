import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import { parseIp, parseTransportAddress } from '../../src/base/ip.ts';
import { type AddressWords, portOf, withPort } from '../../src/base/socket-address.ts';
import type { UsageRow } from '../../src/contract/usage-delta.ts';
import { startTestRelay, type TestRelay } from '../support/test-relay.ts';
import type { TurnClient } from '../support/turn-client.ts';
import type { TurnError } from '../support/turn-response.ts';
import { UdpPeer } from '../support/udp-peer.ts';
import { waitFor } from '../support/wait-for.ts';

const loopback = parseIp('127.0.0.1') as AddressWords;

function sumUsage(test: TestRelay, username: string): Partial<Record<keyof UsageRow, number>> {
  const fields = ['ingressBytes', 'ingressPackets', 'egressBytes', 'egressPackets', 'allocationsStarted'] as const;
  const rows = test.usage.flatMap((delta) => delta.rows).filter((row) => row.username === username);
  return Object.fromEntries(fields.map((field) => [field, rows.reduce((sum, row) => sum + row[field], 0)]));
}

/** Everything that counts: requests, indications and channel messages of awkward lengths, both ways. */
async function useRelay(client: TurnClient, peer: UdpPeer): Promise<void> {
  const { relayed } = await client.allocate();
  await client.createPermission(peer.address);
  await client.bindChannel(0x4000, peer.address);
  for (const length of [0, 1, 2, 3, 517, 1_199]) {
    client.sendChannelData(0x4000, Buffer.alloc(length));
    await peer.receive();
    peer.send(relayed[0] as AddressWords, Buffer.alloc(length));
    await client.receive();
  }
  const second = await UdpPeer.open();
  await client.createPermission(second.address);
  for (const length of [0, 3, 700]) {
    client.sendIndication(second.address, Buffer.alloc(length));
    await second.receive();
    second.send(relayed[0] as AddressWords, Buffer.alloc(length));
    await client.receive();
  }
  await second.close();
}

describe('a relay address that cannot be bound', { timeout: 20_000 }, () => {
  it('refuses the allocation, and is told in the log, once for many', async () => {
    const missing = parseIp('203.0.113.7') as AddressWords;
    const test = await startTestRelay({ relays: [{ bind: missing, advertised: missing }] });
    try {
      const client = await test.connect('udp');
      for (let attempt = 0; attempt < 3; attempt += 1) {
        await assert.rejects(client.allocate(), { code: 508 });
      }
      const told = () => test.log.filter(({ message }) => message === 'a relay address cannot be used');
      await waitFor('the line', () => told().length > 0);
      assert.deepEqual(
        told().map(({ level, fields }) => [level, fields.worker, fields.failure]),
        [['warn', 0, 'unavailable']],
      );
      assert.match(String(told()[0]?.fields.reason), /203\.0\.113\.7/);
    } finally {
      await test.stop();
    }
  });
});

describe('relay start', { timeout: 20_000 }, () => {
  for (const shared of [false, true]) {
    it(`names a UDP port that another program has${shared ? ' and would share' : ''}`, async () => {
      const other = createSocket({ type: 'udp4', reusePort: shared });
      other.bind(0, '127.0.0.1');
      await once(other, 'listening');
      const address = withPort(loopback, other.address().port);
      await assert.rejects(startTestRelay({ workers: 2, listen: [{ transport: 'udp', address }] }), {
        name: 'ListenError',
        message: `Cannot listen on udp://127.0.0.1:${portOf(address)}: another program uses this port. Stop that program, or choose another port.`,
      });
      other.close();
    });
  }

  it('names a TCP port that another program has, and leaves nothing open', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const free = createSocket('udp4');
    free.bind(0, '127.0.0.1');
    await once(free, 'listening');
    const freePort = free.address().port;
    await new Promise<void>((resolve) => free.close(() => resolve()));
    const listen = [
      { transport: 'udp', address: withPort(loopback, freePort) },
      { transport: 'tcp', address: withPort(loopback, port) },
    ] as const;
    await assert.rejects(
      startTestRelay({ listen }),
      /^ListenError: Cannot listen on tcp:\/\/127\.0\.0\.1:\d+: another/,
    );
    await (await UdpPeer.open('127.0.0.1', freePort)).close();
    other.close();
  });

  it('names an address that is not of this machine', async () => {
    const address = parseTransportAddress('203.0.113.7:3478') as AddressWords;
    await assert.rejects(
      startTestRelay({ listen: [{ transport: 'udp', address }] }),
      /Cannot listen on udp:\/\/203\.0\.113\.7:3478: this machine has no such address/,
    );
  });

  it('ends with the error of a worker that cannot run', async () => {
    const workerEntry = new URL(`data:text/javascript,throw new Error('no such program')`);
    await assert.rejects(startTestRelay({ workerEntry, workers: 2 }), /no such program/);
  });
});

describe('relay stop', { timeout: 20_000 }, () => {
  it('drains: what lives goes on, nothing new begins', async (context) => {
    const test = await startTestRelay({ workers: 2 });
    context.after(() => test.stop());
    const [client, streamClient] = [await test.connect('udp'), await test.connect('tcp')];
    await client.allocate();
    const tcp = test.listener('tcp');
    test.relay.drain();
    await client.refresh(600);
    await assert.rejects((await test.connect('udp')).allocate(), (error: TurnError) => error.code === 508);
    await assert.rejects(streamClient.allocate(), (error: TurnError) => error.code === 508);
    await assert.rejects(test.connect('tcp', { server: tcp }), /ECONNREFUSED/);
    assert.equal(test.relay.allocationCount(), 1);
    await client.refresh(0);
    await waitFor('that no allocation is left', () => test.relay.allocationCount() === 0);
  });

  it('frees every port, and stores the last usage', async (context) => {
    const test = await startTestRelay({ workers: 2 });
    context.after(() => test.stop());
    const credential = test.issue();
    const client = await test.connect('udp', credential);
    await client.allocate();
    await test.relay.stop();
    assert.equal(sumUsage(test, credential.username).allocationsStarted, 1);
    assert.equal(sumUsage(test, credential.username).ingressBytes, client.traffic.sentBytes);
    const again = await startTestRelay({ workers: 2, listen: test.relay.listening });
    await again.stop();
  });
});

describe('relay usage', { timeout: 20_000 }, () => {
  for (const transport of ['udp', 'tcp', 'tls'] as const) {
    it(`is exact to the byte over ${transport}`, async (context) => {
      const test = await startTestRelay({ workers: 2 });
      context.after(() => test.stop());
      const credential = test.issue({ customIdentifier: 'user 7' });
      const peer = await UdpPeer.open();
      const client = await test.connect(transport, credential);
      await useRelay(client, peer);
      await test.relay.flushUsage();
      client.sendChannelData(0x4000, Buffer.alloc(10));
      await peer.receive();
      await client.refresh(0);
      await test.relay.flushUsage();
      const { traffic } = client;
      assert.deepEqual(sumUsage(test, credential.username), {
        ingressBytes: traffic.sentBytes,
        ingressPackets: traffic.sentMessages,
        egressBytes: traffic.receivedBytes,
        egressPackets: traffic.receivedMessages,
        allocationsStarted: 1,
      });
      const [row] = test.usage.flatMap((delta) => delta.rows);
      assert.equal(row?.transport, transport);
      assert.equal(row?.customIdentifier, 'user 7');
      assert.equal(row?.accountId, 'default');
      await peer.close();
    });
  }

  it('waits for a store that is broken, and is stored once it works', async (context) => {
    let isBroken = true;
    const stored: number[] = [];
    const test = await startTestRelay({
      onUsage: ({ n }) => {
        if (isBroken) {
          throw new Error('the disk is full');
        }
        stored.push(n);
      },
    });
    context.after(() => test.stop());
    await (await test.connect('udp')).allocate();
    await assert.rejects(test.relay.flushUsage(), /the disk is full/);
    isBroken = false;
    await test.relay.flushUsage();
    assert.deepEqual(stored, [0, 1]);
    assert.ok(test.log.some(({ level, fields }) => level === 'error' && fields.error === 'the disk is full'));
  });
});
