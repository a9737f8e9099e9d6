import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook as Verifier } from 'standardwebhooks';

/** What was received, as its receiver reads it after having verified it. */
export interface ReceivedEvent {
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** An HTTP server that takes webhooks as an application would: with the reference verifier. */
export class WebhookReceiver {
  readonly url: string;
  /** Those that were answered with success. */
  readonly events: ReceivedEvent[] = [];
  /** The `webhook-id` of every attempt. */
  readonly attempts: string[] = [];
  /** What attempts are answered. */
  status = 204;
  /** Attempts of which the signature was not good. */
  forged = 0;
  secret: string | undefined;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`;
  }

  static async open(): Promise<WebhookReceiver> {
    let receiver: WebhookReceiver | undefined;
    const server = createServer(async (request, response) => {
      response.writeHead(receiver?.take(await text(request), request.headers) ?? 500).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    receiver = new WebhookReceiver(server);
    return receiver;
  }

  /** @returns the status to answer. */
  take(body: string, headers: IncomingHttpHeaders): number {
    const id = String(headers['webhook-id']);
    this.attempts.push(id);
    try {
      const event = new Verifier(this.secret ?? '').verify(body, headers as Record<string, string>);
      if (this.status < 300) {
        this.events.push({ id, ...(event as Omit<ReceivedEvent, 'id'>) });
      }
      return this.status;
    } catch {
      this.forged += 1;
      return 400;
    }
  }

  eventsOf(type: string): readonly ReceivedEvent[] {
    return this.events.filter((event) => event.type === type);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
