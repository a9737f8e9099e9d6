import { ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../observe/logger.ts';
import type { HttpApp } from './http-app.ts';
import type { HttpContext } from './http-context.ts';
import { formatProblem, HttpProblem, toProblem } from './problem.ts';
import { STANDARD_HEADERS } from './standard-headers.ts';

/** Answers every error of a route, and every path without a route. */
export function answerProblems(app: HttpApp, { rateLimits }: HttpContext, log: Logger): void {
  app.setErrorHandler((error, request, reply) => answerProblem(error, request, reply, log));
  app.setNotFoundHandler(async (request) => {
    await rateLimits.countAddress(request);
    throw new HttpProblem('unknown_route');
  });
}

/** Answers one request with what `error` is to its client. Errors that are no fault of the client's are logged. */
export function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Logger): void {
  const problem = toProblem(error, request.routeOptions.config?.problems);
  if (problem.kind.status >= 500) {
    log.error({ err: error, method: request.method, route: request.routeOptions.url }, 'an HTTP request failed');
  }
  // Fastify's typed `send` allows only what the route's schema names; an error is every route's.
  const untyped: FastifyReply = reply;
  untyped
    .code(problem.kind.status)
    .headers(problem.headers)
    .type('application/json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(formatProblem(problem, request.routeOptions.url ?? request.url));
}

/** Answers what never became a request: bytes that are no HTTP, a header that is too long or too slow. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable || hasAnswerUnderWay(socket)) {
    socket.destroy();
    return;
  }
  const known = toProblem(error);
  const problem = known.code === 'internal_error' ? new HttpProblem('invalid_request') : known;
  const body = JSON.stringify(formatProblem(problem, ''));
  const fields = {
    ...STANDARD_HEADERS,
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  const { status } = problem.kind;
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
}

/** Bytes of an error in the midst of another answer would corrupt it. */
function hasAnswerUnderWay(socket: Socket): boolean {
  const { _httpMessage: message } = socket as { _httpMessage?: unknown };
  return message instanceof ServerResponse && message.headersSent;
}
