import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { env, exit } from 'node:process';
import { generateIceServers, type TurnService } from './ice-servers.ts';
import { Rooms } from './rooms.ts';

const BODY_BYTES_MAX = 256 * 1024;
const FILES: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'style.css': 'text/css; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'call.js': 'text/javascript; charset=utf-8',
  'camera.js': 'text/javascript; charset=utf-8',
  'path-stats.js': 'text/javascript; charset=utf-8',
  'signalling.js': 'text/javascript; charset=utf-8',
};

const service = readService();
const rooms = new Rooms();
const server = createServer((request, response) => {
  answer(request, response).catch((error: Error) => {
    console.error(error.message);
    endWith(response, 502, { error: error.message });
  });
});
server.on('error', (error) => {
  console.error(`The example cannot listen: ${error.message}`);
  exit(1);
});
server.listen(Number(env.PORT ?? 8080), env.HOST ?? '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  console.log(`Open http://${env.HOST ?? '127.0.0.1'}:${port}/ in two tabs.`);
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://example');
  const room = /^\/rooms\/([\w-]{1,64})\/([\w-]{1,64})$/.exec(pathname);
  if (room !== null && request.method === 'GET') {
    if (!rooms.join(room[1] as string, room[2] as string, response)) {
      endWith(response, 409, { error: 'This room has two tabs already.' });
    }
  } else if (room !== null && request.method === 'POST') {
    const passed = rooms.pass(room[1] as string, room[2] as string, JSON.parse(await readBody(request)));
    endWith(response, passed ? 202 : 404, {});
  } else if (pathname === '/ice-servers' && request.method === 'POST') {
    // A real service signs its users in first, and passes its own name for the user here.
    const { visitor } = JSON.parse(await readBody(request)) as { visitor: unknown };
    response.writeHead(201, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
    response.end(await generateIceServers(service, String(visitor).slice(0, 32)));
  } else {
    await sendFile(response, pathname === '/' ? 'index.html' : pathname.slice(1));
  }
}

async function sendFile(response: ServerResponse, name: string): Promise<void> {
  const type = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  if (type === undefined) {
    endWith(response, 404, { error: 'There is no such page.' });
    return;
  }
  const bytes = await readFile(new URL(`public/${name}`, import.meta.url));
  response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-cache' });
  response.end(bytes);
}

function endWith(response: ServerResponse, status: number, body: object): void {
  if (!response.headersSent) {
    response.writeHead(status, { 'Content-Type': 'application/json' });
  }
  response.end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_BYTES_MAX) {
      throw new Error('a request body was too long');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function readService(): TurnService {
  const { TACITURN_URL: url = 'http://127.0.0.1:8787', TACITURN_KEY_UID: keyUid, TACITURN_KEY_TOKEN: keyToken } = env;
  if (keyUid === undefined || keyToken === undefined) {
    console.error('Set TACITURN_KEY_UID and TACITURN_KEY_TOKEN: `taciturn key create` prints both.');
    exit(2);
  }
  return { url, keyUid, keyToken };
}
