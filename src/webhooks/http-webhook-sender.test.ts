import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { type Cidr, parseCidr } from '../base/cidr.ts';
import type { WebhookRequest } from '../control/webhook.ts';
import { HttpWebhookSender } from './http-webhook-sender.ts';

const REFUSED = { kind: 'failed', reason: 'The address is not one that webhooks may be sent to.' };

let server: Server;
let port: number;
let requests: string[] = [];
let listener: RequestListener = (_request, response) => response.writeHead(204).end();

before(async () => {
  server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

after(() => server.close());

function makeSender(allow: readonly string[], timeoutMs = 5_000): HttpWebhookSender {
  return new HttpWebhookSender({
    allow: allow.map((text) => parseCidr(text) as Cidr),
    timeoutMs,
    userAgent: 'test',
  });
}

function request(url: string): WebhookRequest {
  return { url, headers: { 'content-type': 'application/json' }, body: '{}' };
}

describe('a special address', () => {
  const names = [
    '127.0.0.1',
    '[::1]',
    'localhost',
    '[::ffff:127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '0x7f.1',
    '2130706433',
    '0.0.0.0',
    '169.254.169.254',
    '10.0.0.1',
    '[fe80::1]',
    '[fd00:ec2::254]',
  ];
  for (const name of names) {
    test(`is not reached as ${name}, neither by https nor by http`, async (context) => {
      const sender = makeSender([]);
      context.after(() => sender.close());
      requests = [];
      assert.deepEqual(await sender.send(request(`https://${name}:${port}/`)), REFUSED);
      assert.deepEqual(await sender.send(request(`http://${name}:${port}/`)), REFUSED);
      assert.deepEqual(requests, []);
    });
  }

  test('is reached where the operator allows it, as a number and by name', async (context) => {
    const sender = makeSender(['127.0.0.0/8']);
    context.after(() => sender.close());
    requests = [];
    for (const name of ['127.0.0.1', 'localhost']) {
      assert.deepEqual(await sender.send(request(`http://${name}:${port}/hook`)), { kind: 'answered', status: 204 });
    }
    assert.deepEqual(requests, ['POST /hook', 'POST /hook']);
    assert.deepEqual(await sender.send(request(`http://[::1]:${port}/`)), REFUSED);
  });
});

test('an ordinary address is not reached without TLS', async (context) => {
  const sender = makeSender(['127.0.0.0/8']);
  context.after(() => sender.close());
  assert.deepEqual(await sender.send(request('http://8.8.8.8/')), REFUSED);
});

test('a redirection is an answer, and is not followed', async (context) => {
  const sender = makeSender(['127.0.0.0/8']);
  context.after(() => sender.close());
  listener = (_request, response) => response.writeHead(302, { location: '/secret' }).end();
  requests = [];
  assert.deepEqual(await sender.send(request(`http://127.0.0.1:${port}/`)), { kind: 'answered', status: 302 });
  assert.deepEqual(requests, ['POST /']);
});

test('an endless answer counts by its status, and the next one finds another connection', async (context) => {
  const sender = makeSender(['127.0.0.0/8']);
  context.after(() => sender.close());
  listener = (_request, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write('x'.repeat(8_192)), 1);
    response.on('close', () => clearInterval(timer));
  };
  for (let time = 0; time < 2; time += 1) {
    assert.deepEqual(await sender.send(request(`http://127.0.0.1:${port}/`)), { kind: 'answered', status: 200 });
  }
});

test('an answer that changes the protocol is an answer', async (context) => {
  const stranger = createTcpServer((socket) =>
    socket.once('data', () =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
    ),
  );
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  const sender = makeSender(['127.0.0.0/8']);
  context.after(() => {
    sender.close();
    stranger.close();
  });
  const { port: strangerPort } = stranger.address() as AddressInfo;
  assert.deepEqual(await sender.send(request(`http://127.0.0.1:${strangerPort}/`)), { kind: 'answered', status: 101 });
});

test('silence is a failure after the timeout, and so is a closed port', async (context) => {
  const sender = makeSender(['127.0.0.0/8'], 50);
  context.after(() => sender.close());
  listener = () => {};
  assert.deepEqual(await sender.send(request(`http://127.0.0.1:${port}/`)), {
    kind: 'failed',
    reason: 'There was no answer within 0.05 seconds.',
  });
  assert.deepEqual(await sender.send(request('http://127.0.0.1:1/')), {
    kind: 'failed',
    reason: 'The connection failed: ECONNREFUSED.',
  });
});
