/** One server-sent event. */
export interface ReadEvent {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const EVENT_MS_MAX = 10_000;

/** A reader of server-sent events that remembers what came. */
export class EventReader {
  readonly contentType: string;
  /** Resolves when the stream has ended, from whichever side. */
  readonly ended: Promise<void>;
  lastEventId = '';
  readonly #abort: AbortController;
  readonly #events: ReadEvent[] = [];
  readonly #counts = new Map<string, number>();
  #wake: () => void = () => {};

  private constructor(response: Response, abort: AbortController) {
    this.contentType = response.headers.get('content-type') ?? '';
    this.#abort = abort;
    this.ended = this.#read(response).catch(() => {});
  }

  /** @throws {Error} with the status when the stream is refused. */
  static async open(url: string, headers: Readonly<Record<string, string>>): Promise<EventReader> {
    const abort = new AbortController();
    const response = await fetch(url, { headers, signal: abort.signal });
    if (response.status !== 200) {
      throw new Error(`the stream was answered ${response.status}: ${await response.text()}`);
    }
    return new EventReader(response, abort);
  }

  close(): void {
    this.#abort.abort();
  }

  /** How many events of a kind have come. */
  count(event: string): number {
    return this.#counts.get(event) ?? 0;
  }

  /** The next event of a kind; those before it are passed over. */
  next(event: string): Promise<ReadEvent> {
    return this.nextThat(event, () => true);
  }

  async nextThat(event: string, isMeant: (data: ReadEvent['data']) => boolean): Promise<ReadEvent> {
    const deadline = performance.now() + EVENT_MS_MAX;
    while (performance.now() < deadline) {
      const found = this.#events.shift();
      if (found?.event === event && isMeant(found.data)) {
        return found;
      }
      if (found === undefined) {
        await this.#waitForMore();
      }
    }
    throw new Error(`no event "${event}" came within ${EVENT_MS_MAX} ms`);
  }

  #waitForMore(): Promise<void> {
    return new Promise((resolve) => {
      const limit = setTimeout(resolve, EVENT_MS_MAX);
      this.#wake = () => {
        clearTimeout(limit);
        resolve();
      };
    });
  }

  async #read(response: Response): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        this.#take(block);
      }
    }
  }

  #take(block: string): void {
    const fields = new Map(
      block.split('\n').map((line) => {
        const [name = '', ...rest] = line.split(': ');
        return [name, rest.join(': ')];
      }),
    );
    this.lastEventId = fields.get('id') ?? this.lastEventId;
    const event = fields.get('event');
    if (event !== undefined) {
      this.#counts.set(event, this.count(event) + 1);
      this.#events.push({ event, data: JSON.parse(fields.get('data') ?? '{}') as ReadEvent['data'] });
      this.#wake();
    }
  }
}
