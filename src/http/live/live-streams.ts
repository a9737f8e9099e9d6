import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  LIVE_STALL_MS_MAX,
  LIVE_STREAMS_MAX,
  LIVE_STREAMS_PER_TOKEN_MAX,
  LIVE_TOKEN_CHECK_MS,
} from '../../base/limits.ts';
import { LiveFeeds, type WatchedFeed } from '../../control/live-feeds.ts';
import type { AllocationFilterInput } from '../../control/parse-allocation-filter.ts';
import { requirePermission } from '../../control/require-permission.ts';
import { requirePrincipal } from '../cloudflare/authenticate-management.ts';
import { authenticateRequest } from '../cloudflare/authenticate-request.ts';
import type { HttpContext } from '../http-context.ts';
import { HttpProblem } from '../problem.ts';
import { writeEvents } from './write-events.ts';

/** The open streams of live allocations of one server, and what ends them. */
export class LiveStreams {
  readonly #context: Pick<HttpContext, 'control'>;
  readonly #feeds = new LiveFeeds();
  readonly #byToken = new Map<string, number>();
  readonly #open = new Set<AbortController>();

  constructor(context: Pick<HttpContext, 'control'>) {
    this.#context = context;
  }

  /**
   * Answers a request with a stream, which ends with the client's connection, with its token's right to it, or with the server.
   * @throws {HttpProblem} `too_many_streams` for one token, `unavailable` for all; {ControlError} as `LiveFeeds.watch`.
   */
  async open(
    request: FastifyRequest,
    reply: FastifyReply,
    accountId: string,
    filter: AllocationFilterInput,
  ): Promise<void> {
    const { tokenId } = requirePrincipal(request);
    const end = new AbortController();
    this.#admit(tokenId, end);
    try {
      const watched = await this.#feeds.watch(this.#context.control, accountId, filter);
      try {
        await this.#serve(request, reply, accountId, watched, end);
      } finally {
        watched.close();
      }
    } finally {
      this.#dismiss(tokenId, end);
    }
  }

  /** Ends all streams, so that their connections can close. */
  close(): void {
    for (const end of this.#open) {
      end.abort();
    }
    this.#feeds.close();
  }

  async #serve(
    request: FastifyRequest,
    reply: FastifyReply,
    accountId: string,
    { feed }: WatchedFeed,
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
    const events = writeEvents(feed, typeof lastEventId === 'string' ? lastEventId : undefined, end.signal, progress);
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

  #admit(tokenId: string, end: AbortController): void {
    const count = this.#byToken.get(tokenId) ?? 0;
    if (count >= LIVE_STREAMS_PER_TOKEN_MAX) {
      throw new HttpProblem('too_many_streams');
    }
    if (this.#open.size >= LIVE_STREAMS_MAX) {
      throw new HttpProblem('unavailable', {
        description: `The service has ${LIVE_STREAMS_MAX} live streams open, which is all it may have. Try again later.`,
      });
    }
    this.#byToken.set(tokenId, count + 1);
    this.#open.add(end);
  }

  #dismiss(tokenId: string, end: AbortController): void {
    const count = this.#byToken.get(tokenId) ?? 0;
    count > 1 ? this.#byToken.set(tokenId, count - 1) : this.#byToken.delete(tokenId);
    this.#open.delete(end);
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

/** Drops a reader that takes nothing for too long. */
function watchReader(
  progress: { readonly parts: number },
  raw: FastifyReply['raw'],
  end: AbortController,
): NodeJS.Timeout {
  let seen = progress.parts;
  let stalledMs = 0;
  return setInterval(() => {
    stalledMs = raw.writableNeedDrain && progress.parts === seen ? stalledMs + LIVE_TOKEN_CHECK_MS : 0;
    seen = progress.parts;
    if (stalledMs >= LIVE_STALL_MS_MAX) {
      end.abort();
      raw.destroy();
    }
  }, LIVE_TOKEN_CHECK_MS);
}
