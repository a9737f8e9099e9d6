import { Agent as HttpAgent, type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { type Cidr, cidrContains } from '../base/cidr.ts';
import { parseIp } from '../base/ip.ts';
import { WEBHOOK_ANSWER_BYTES_MAX, WEBHOOK_ATTEMPTS_AT_ONCE, WEBHOOK_LOOKUPS_AT_ONCE } from '../base/limits.ts';
import { isOrdinaryAddress } from '../base/special-addresses.ts';
import type { WebhookOutcome, WebhookRequest } from '../control/webhook.ts';
import { NameLookups } from './name-lookups.ts';

export interface HttpWebhookSenderOptions {
  /** Ranges that may be reached although they are special, and without TLS. */
  readonly allow: readonly Cidr[];
  readonly timeoutMs: number;
  readonly userAgent: string;
}

/** The address is none that webhooks may be sent to. */
class AddressRefused extends Error {}

const agentOptions = { keepAlive: true, maxSockets: WEBHOOK_ATTEMPTS_AT_ONCE };

/**
 * Sends webhooks. Whoever may make one must not reach with it what only this machine can, so the address that is connected to is
 * judged, whatever name led there, and redirections are not followed.
 */
export class HttpWebhookSender {
  readonly #options: HttpWebhookSenderOptions;
  readonly #plain = new HttpAgent(agentOptions);
  readonly #secure = new HttpsAgent(agentOptions);
  readonly #closing = new AbortController();
  readonly #lookups = new NameLookups(WEBHOOK_LOOKUPS_AT_ONCE);

  constructor(options: HttpWebhookSenderOptions) {
    this.#options = options;
  }

  /** Never rejects. */
  async send({ url, headers, body }: WebhookRequest): Promise<WebhookOutcome> {
    try {
      return { kind: 'answered', status: await this.#post(new URL(url), headers, body) };
    } catch (error) {
      return { kind: 'failed', reason: explainFailure(error as NodeJS.ErrnoException, this.#options.timeoutMs) };
    }
  }

  /** Ends the attempts that are under way, and every connection. */
  close(): void {
    this.#closing.abort();
    this.#plain.destroy();
    this.#secure.destroy();
  }

  #post(url: URL, headers: WebhookRequest['headers'], body: string): Promise<number> {
    const isSecure = url.protocol === 'https:';
    const literal = parseIp(url.hostname.replace(/^\[(.*)\]$/, '$1'));
    // A literal address is connected to without being looked up.
    if (literal !== undefined && !this.#mayReach(url.hostname.replace(/^\[(.*)\]$/, '$1'), isSecure)) {
      return Promise.reject(new AddressRefused());
    }
    const signal = AbortSignal.any([AbortSignal.timeout(this.#options.timeoutMs), this.#closing.signal]);
    const options: RequestOptions = {
      method: 'POST',
      headers: { ...headers, 'user-agent': this.#options.userAgent, 'content-length': Buffer.byteLength(body) },
      agent: isSecure ? this.#secure : this.#plain,
      lookup: this.#makeLookup(isSecure, signal),
      signal,
    };
    return new Promise((resolve, reject) => {
      const request = (isSecure ? requestHttps : requestHttp)(url, options, (response) => {
        discardBody(response);
        resolve(response.statusCode ?? 0);
      });
      request.on('upgrade', (response, socket) => {
        socket.destroy();
        resolve(response.statusCode ?? 0);
      });
      request.on('error', reject);
      // Whatever else ends a request has an end.
      request.on('close', () => reject(new Error('the connection was closed')));
      request.end(body);
    });
  }

  #makeLookup(isSecure: boolean, signal: AbortSignal): LookupFunction {
    return (hostname, options, callback) => {
      this.#lookups.run(hostname, { ...options, all: true }, signal, (error, addresses) => {
        const allowed = error === null ? addresses.filter(({ address }) => this.#mayReach(address, isSecure)) : [];
        const [first] = allowed;
        if (error !== null || first === undefined) {
          callback(error ?? new AddressRefused(), '', 0);
        } else if (options.all === true) {
          callback(null, allowed);
        } else {
          callback(null, first.address, first.family);
        }
      });
    };
  }

  #mayReach(text: string, isSecure: boolean): boolean {
    const address = parseIp(text);
    return (
      address !== undefined &&
      ((isSecure && isOrdinaryAddress(address)) || this.#options.allow.some((range) => cidrContains(range, address)))
    );
  }
}

/** Reads the body, so that the connection can be used again; an endless one ends it. */
function discardBody(response: IncomingMessage): void {
  let length = 0;
  response.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > WEBHOOK_ANSWER_BYTES_MAX) {
      response.destroy();
    }
  });
  // What is wrong with the body is of no interest once the status is known.
  response.on('error', () => {});
}

function explainFailure(error: NodeJS.ErrnoException, timeoutMs: number): string {
  if (error instanceof AddressRefused) {
    return 'The address is not one that webhooks may be sent to.';
  }
  if (error.name === 'AbortError' || error.name === 'TimeoutError') {
    return `There was no answer within ${timeoutMs / 1000} seconds.`;
  }
  return `The connection failed: ${error.code ?? 'unknown reason'}.`;
}
