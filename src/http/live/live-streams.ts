import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LIVE_TOKEN_CHECK_MS } from '../../base/limits.ts';
import { requirePermission } from '../../control/require-permission.ts';
import { requirePrincipal } from '../cloudflare/authenticate-management.ts';
import { authenticateRequest } from '../cloudflare/authenticate-request.ts';
import type { HttpContext } from '../http-context.ts';
import { StreamSeats } from './stream-seats.ts';
import { watchReader } from './watch-reader.ts';

/** What a stream tells, from when it was begun until it is closed. */
export interface StreamSource {
  /** Its text, piece by piece as the reader takes them; `progress` counts those that were taken. */
  write(lastEventId: string | undefined, signal: AbortSignal, progress: { parts: number }): AsyncGenerator<string>;
  close(): void;
}

/** The open streams of one server, whatever they tell, and what ends them. */
export class LiveStreams {
  readonly #context: Pick<HttpContext, 'control'>;
  readonly #seats = new StreamSeats();
  readonly #open = new Set<AbortController>();

  constructor(context: Pick<HttpContext, 'control'>) {
    this.#context = context;
  }

  /**
   * Answers a request with a stream, which ends with the client's connection, with its token's right to it, or with the server.
   * @throws {HttpProblem} as `StreamSeats.take`, and what `begin` throws.
   */
  async open(
    request: FastifyRequest,
    reply: FastifyReply,
    accountId: string,
    begin: () => Promise<StreamSource>,
  ): Promise<void> {
    const { tokenId } = requirePrincipal(request);
    const leave = this.#seats.take(tokenId, accountId);
    const end = new AbortController();
    this.#open.add(end);
    try {
      const source = await begin();
      try {
        await this.#serve(request, reply, accountId, source, end);
      } finally {
        source.close();
      }
    } finally {
      this.#open.delete(end);
      leave();
    }
  }

  /** Ends all streams, so that their connections can close. */
  close(): void {
    for (const end of this.#open) {
      end.abort();
    }
  }

  async #serve(
    request: FastifyRequest,
    reply: FastifyReply,
    accountId: string,
    source: StreamSource,
    end: AbortController,
  ): Promise<void> {
    reply.hijack();
    const { raw } = reply;
    const headers = {
      ...reply.getHeaders(),
      'content-type': 'text/event-stream',
      // A connection that a stream had would be idle for a minute when the server closes.
      connection: 'close',
      // Buffering in front of us would hold events back.
      'x-accel-buffering': 'no',
    };
    raw.writeHead(200, headers as Record<string, string>);
    const progress = { parts: 0 };
    const watch = watchReader(progress, raw, end);
    const check = setInterval(() => void this.#endWithoutRight(request, accountId, end), LIVE_TOKEN_CHECK_MS);
    const lastEventId = request.headers['last-event-id'];
    const events = source.write(typeof lastEventId === 'string' ? lastEventId : undefined, end.signal, progress);
    raw.once('close', () => end.abort());
    try {
      await pipeline(Readable.from(events, { highWaterMark: 1 }), raw);
    } catch {
      // The reader has gone, or was too slow: whichever it was, the connection is closed, and there is nobody to tell.
    } finally {
      clearInterval(check);
      clearInterval(watch);
    }
  }

  /** A token may be deleted, or expire, and a person signed out, while its stream is open. */
  async #endWithoutRight(request: FastifyRequest, accountId: string, end: AbortController): Promise<void> {
    try {
      const principal = await authenticateRequest(this.#context.control, request);
      if (principal !== undefined) {
        requirePermission(principal, accountId, 'Calls Read');
        return;
      }
    } catch {
      // Whoever cannot be asked cannot say yes.
    }
    end.abort();
  }
}
