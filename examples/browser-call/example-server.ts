import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { generateIceServers, NoCredentials, type TurnService } from './ice-servers.ts';
import { Rooms } from './rooms.ts';

const BODY_BYTES_MAX = 256 * 1024;
const VISITOR_CHARACTERS_MAX = 32;

const HTML = 'text/html; charset=utf-8';
const CSS = 'text/css; charset=utf-8';
const JAVASCRIPT = 'text/javascript; charset=utf-8';

const FILES: Readonly<Record<string, string>> = {
  'index.html': HTML,
  'style.css': CSS,
  'arrival-watch.js': JAVASCRIPT,
  'call.js': JAVASCRIPT,
  'camera.js': JAVASCRIPT,
  'credentials.js': JAVASCRIPT,
  'describe-no-relay.js': JAVASCRIPT,
  'page.js': JAVASCRIPT,
  'path-stats.js': JAVASCRIPT,
  'random-name.js': JAVASCRIPT,
  'signalling.js': JAVASCRIPT,
  'view.js': JAVASCRIPT,
};

/** Why there were no credentials the last time, until there are some. */
let reported = '';

/** The client asked for something that cannot be. */
class BadRequest extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The routes: the page, its signalling, and the credentials that it asks for. */
export function createExampleServer(service: TurnService): Server {
  const rooms = new Rooms();
  return createServer((request, response) => {
    answer(service, rooms, request, response).catch((error: Error) => endWithError(response, error));
  });
}

async function answer(
  service: TurnService,
  rooms: Rooms,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '/').replace(/\?.*/s, '');
  const [, room, tab = ''] = /^\/rooms\/(?:([\w-]{1,64})\/)?([\w-]{1,64})$/.exec(path) ?? [];
  if (tab !== '' && request.method === 'GET') {
    rooms.join(tab, response, room);
  } else if (tab !== '' && room !== undefined && request.method === 'POST') {
    endWith(response, rooms.pass(room, tab, await readJson(request)) ? 202 : 404, {});
  } else if (path === '/ice-servers' && request.method === 'POST') {
    const iceServers = await generateIceServers(service, await readVisitor(request));
    reported = '';
    response.writeHead(201, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
    response.end(iceServers);
  } else {
    await sendFile(response, path === '/' ? 'index.html' : path.slice(1));
  }
}

/** A real service signs its users in first, and passes its own name for the user here. */
async function readVisitor(request: IncomingMessage): Promise<string> {
  const body = (await readJson(request)) as { visitor?: unknown } | null;
  const visitor = body?.visitor;
  if (typeof visitor !== 'string' || visitor === '' || visitor.length > VISITOR_CHARACTERS_MAX) {
    throw new BadRequest(400, `"visitor" must be a text of 1 to ${VISITOR_CHARACTERS_MAX} characters.`);
  }
  return visitor;
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const text = await readBody(request);
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequest(400, 'The body of the request is not JSON.');
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_BYTES_MAX) {
      throw new BadRequest(413, 'The body of the request is too long.');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
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

/** A refusal says why. What nobody foresaw stays in the terminal. */
function endWithError(response: ServerResponse, error: Error): void {
  if (error instanceof BadRequest) {
    endWith(response, error.status, { error: error.message });
    return;
  }
  if (error instanceof NoCredentials) {
    reportOnce(error.message);
    endWith(response, 502, { error: error.message });
  } else {
    console.error(error);
    endWith(response, 500, { error: 'The example failed; its terminal says why.' });
  }
}

/** Pages ask every few seconds while the service is away; one line tells of it. */
function reportOnce(message: string): void {
  if (message !== reported) {
    reported = message;
    console.error(message);
  }
}

function endWith(response: ServerResponse, status: number, body: object): void {
  if (!response.headersSent) {
    response.writeHead(status, { 'Content-Type': 'application/json' });
  }
  response.end(JSON.stringify(body));
}
