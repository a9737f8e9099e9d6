import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpApp } from './http-app.ts';
import { HttpProblem } from './problem.ts';

/** Beside the sources and beside the build alike. */
const FOLDER = new URL('../../dashboard/dist/', import.meta.url);

/** The page's own paths, for which it is served whatever comes after them; every other path stays a problem of the API. */
const PAGE_PATHS = [
  '/sign-in',
  '/setup',
  '/invite',
  '/connection-test',
  '/accounts/*',
  '/people',
  '/you',
  '/nodes',
  '/settings',
] as const;

/** The page runs its own scripts and styles and talks with its own service: nothing of a third party, and nothing inline. */
const PAGE_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; '),
  'permissions-policy':
    'camera=(), microphone=(), geolocation=(), payment=(), usb=(), publickey-credentials-get=(self), publickey-credentials-create=(self)',
  'cross-origin-opener-policy': 'same-origin',
} as const;

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  woff2: 'font/woff2',
};

/** A file of the build in every form in which it can be sent. */
interface Asset {
  readonly type: string;
  readonly etag: string;
  readonly plain: Buffer;
  readonly br: Buffer | undefined;
  readonly gzip: Buffer | undefined;
}

/** The built dashboard, in memory: by the path of each file below its folder. */
export type Dashboard = ReadonlyMap<string, Asset>;

/** Reads the built dashboard; undefined when it was not built. */
export async function loadDashboard(folder = FOLDER): Promise<Dashboard | undefined> {
  const assets = new Map<string, Asset>();
  try {
    assets.set('index.html', await readAsset(folder, 'index.html'));
    for (const name of await readdir(new URL('assets/', folder))) {
      if (!/\.(br|gz)$/.test(name)) {
        assets.set(`assets/${name}`, await readAsset(folder, `assets/${name}`));
      }
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
  return assets;
}

/** Serves the dashboard's page and its parts. */
export function registerDashboard(app: HttpApp, dashboard: Dashboard): void {
  for (const url of PAGE_PATHS) {
    app.get(url, { schema: { hide: true } }, (request, reply) => sendPage(request, reply, dashboard));
  }
  app.get('/assets/:name', { schema: { hide: true } }, (request, reply) => {
    const { name } = request.params as { name: string };
    const asset = dashboard.get(`assets/${name}`);
    if (asset === undefined) {
      throw new HttpProblem('unknown_route');
    }
    // The name has a digest of what the file holds, so it never holds anything else.
    reply.header('cache-control', 'public, max-age=31536000, immutable');
    return sendAsset(request, reply, asset);
  });
}

/** Answers with the page, which finds out itself what of it to show. */
export function sendPage(request: FastifyRequest, reply: FastifyReply, dashboard: Dashboard): FastifyReply {
  const page = dashboard.get('index.html') as Asset;
  // It names the parts of one build: it is asked for anew each time, and not sent when it is the same.
  reply.headers(PAGE_HEADERS).header('cache-control', 'no-cache');
  return sendAsset(request, reply, page);
}

function sendAsset(request: FastifyRequest, reply: FastifyReply, asset: Asset): FastifyReply {
  reply.headers({ etag: asset.etag, vary: 'accept, accept-encoding' }).type(asset.type);
  if (request.headers['if-none-match']?.includes(asset.etag) === true) {
    return reply.code(304).send();
  }
  const accepted = listEncodings(request.headers['accept-encoding']);
  if (asset.br !== undefined && accepted.has('br')) {
    return reply.header('content-encoding', 'br').send(asset.br);
  }
  if (asset.gzip !== undefined && accepted.has('gzip')) {
    return reply.header('content-encoding', 'gzip').send(asset.gzip);
  }
  return reply.send(asset.plain);
}

/** What a client takes; `q=0` says that it does not (RFC 9110 §12.5.3). */
function listEncodings(header: string | string[] = ''): ReadonlySet<string> {
  const entries = String(header)
    .split(',')
    .map((entry) => entry.trim().split(/\s*;\s*/));
  return new Set(entries.filter(([, weight]) => !/^q=0(\.0*)?$/.test(weight ?? '')).map(([name = '']) => name));
}

async function readAsset(folder: URL, path: string): Promise<Asset> {
  const plain = await readFile(new URL(path, folder));
  return {
    type: TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
    // Weak, since it names every encoding of the same content (RFC 9110 §8.8.1).
    etag: `W/"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    plain,
    br: await readIfExists(new URL(`${path}.br`, folder)),
    gzip: await readIfExists(new URL(`${path}.gz`, folder)),
  };
}

async function readIfExists(file: URL): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch {
    return undefined;
  }
}
