import type { FastifyReply, FastifyRequest } from 'fastify';

const NAME = 'taciturn_session';
/** A browser takes a cookie with this prefix only over TLS and from this very host, so that no other host can plant one. */
const SECURE_PREFIX = '__Host-';
const TOKEN = /^[0-9a-f]{64}$/;

type Secured = Pick<FastifyRequest, 'protocol'>;

/**
 * The session's token that a request brings; undefined when it brings none, or several that differ: some other page of the
 * host, or of a host above it, has planted one.
 */
export function readSessionCookie({
  headers,
  protocol,
}: Secured & Pick<FastifyRequest, 'headers'>): string | undefined {
  const name = cookieName({ protocol });
  const values = (headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  const [value = ''] = values;
  return TOKEN.test(value) && values.every((other) => other === value) ? value : undefined;
}

/** Gives the browser the session's token, until it is closed. */
export function setSessionCookie(reply: FastifyReply, request: Secured, token: string): void {
  reply.header('set-cookie', formatCookie(request, token));
}

/** Makes the browser forget the session's token. */
export function clearSessionCookie(reply: FastifyReply, request: Secured): void {
  reply.header('set-cookie', `${formatCookie(request, '')}; Max-Age=0`);
}

function formatCookie(request: Secured, value: string): string {
  const end = request.protocol === 'https' ? '; Secure' : '';
  return `${cookieName(request)}=${value}; HttpOnly; SameSite=Strict; Path=/${end}`;
}

function cookieName({ protocol }: Secured): string {
  return protocol === 'https' ? `${SECURE_PREFIX}${NAME}` : NAME;
}
