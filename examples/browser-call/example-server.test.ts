import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, mock, test } from 'node:test';
import { createExampleServer } from './example-server.ts';

const ICE_SERVERS = '{"iceServers":[{"urls":["turn:192.0.2.1:3478"],"username":"u","credential":"c"}]}';

/** What the TURN service answers next. */
let next: { readonly status: number; readonly body: string };
let turnService: Server;
let turnUrl: string;
let example: Server;
let exampleUrl: string;

before(async () => {
  turnService = createServer((_request, response) => {
    response.writeHead(next.status);
    response.end(next.body);
  });
  turnUrl = await listen(turnService);
  example = createExampleServer({ url: turnUrl, keyUid: 'uid', keyToken: 'token' });
  exampleUrl = await listen(example);
  mock.method(console, 'error', () => {});
});

beforeEach(() => {
  next = { status: 201, body: ICE_SERVERS };
});

after(() => {
  mock.restoreAll();
  for (const server of [turnService, example]) {
    server?.close();
    server?.closeAllConnections();
  }
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function askForIceServers(
  body = '{"visitor":"visitor-1"}',
  url = exampleUrl,
): Promise<{ readonly status: number; readonly text: string; readonly error: string }> {
  const response = await fetch(`${url}/ice-servers`, { method: 'POST', body });
  const text = await response.text();
  return { status: response.status, text, error: (JSON.parse(text) as { error: string }).error };
}

describe('/ice-servers', () => {
  test('passes the answer of the service on as it came', async () => {
    const { status, text } = await askForIceServers();
    assert.deepEqual({ status, text }, { status: 201, text: ICE_SERVERS });
  });

  test('answers 502 while the service is down, and says how it is started', async () => {
    const closed = createServer();
    const url = await listen(closed);
    closed.close();
    const lonely = createExampleServer({ url, keyUid: 'uid', keyToken: 'token' });
    const { status, error } = await askForIceServers(undefined, await listen(lonely));
    lonely.close();
    lonely.closeAllConnections();
    assert.equal(status, 502);
    assert.equal(error, `The TURN service at ${url} cannot be reached: start it with \`npm start\`.`);
  });

  test('answers 502 when the service refuses the key, and says what to check', async () => {
    next = { status: 401, body: '{"errorCode":"unauthorized","errorDescription":"The token is wrong."}' };
    const { status, error } = await askForIceServers();
    assert.equal(status, 502);
    assert.match(error, /refused the TURN key\. Check TACITURN_KEY_UID and TACITURN_KEY_TOKEN/);
    assert.match(error, /`npm run --silent taciturn -- key create --name example`/);
  });

  test('answers 502 with what else the service says', async () => {
    next = { status: 429, body: '{"errorCode":"too_many_requests","errorDescription":"Slow down."}' };
    assert.match((await askForIceServers()).error, /answered 429: Slow down\. Check TACITURN_URL/);
    next = { status: 404, body: '<h1>Not here</h1>' };
    const { status, error } = await askForIceServers();
    assert.equal(status, 502);
    assert.match(error, /answered 404\. Check TACITURN_URL/);
  });

  for (const body of ['', '{', 'null', '{}', '{"visitor":7}', '{"visitor":""}', `{"visitor":"${'v'.repeat(33)}"}`]) {
    test(`answers 400 to ${JSON.stringify(body)}`, async () => {
      const { status, error } = await askForIceServers(body);
      assert.equal(status, 400);
      assert.match(error, /^(The body of the request is not JSON|"visitor" must be a text)/);
    });
  }

  test('answers 413 to a body that is too long', async () => {
    assert.equal((await askForIceServers(' '.repeat(256 * 1024 + 1))).status, 413);
  });
});

describe('the other routes', () => {
  test('send the page and what it loads', async () => {
    const page = await (await fetch(exampleUrl)).text();
    assert.match(page, /<h1>A call through the relay<\/h1>/);
    const loaded = ['page.js', 'style.css'];
    for (const name of loaded) {
      const response = await fetch(`${exampleUrl}/${name}`);
      assert.equal(response.status, 200, name);
      const imports = [...(await response.text()).matchAll(/from '\.\/([\w.-]+)'/g)].map(([, file]) => file as string);
      loaded.push(...imports.filter((file) => !loaded.includes(file)));
    }
    assert.ok(loaded.length > 5);
  });

  test('answer 404 to anything else, and 400 to a message that is not JSON', async () => {
    assert.equal((await fetch(`${exampleUrl}/../server.ts`)).status, 404);
    assert.equal((await fetch(`${exampleUrl}//`)).status, 404);
    assert.equal((await fetch(`${exampleUrl}/rooms/room/tab`, { method: 'POST', body: '{' })).status, 400);
    assert.equal((await fetch(`${exampleUrl}/rooms/room/tab`, { method: 'POST', body: '{}' })).status, 404);
  });
});
