import type { ServerResponse } from 'node:http';

const ROOMS_MAX = 100;

/** What one tab hears about the other: a line of a stream of server-sent events. */
export type RoomEvent =
  | { readonly type: 'peer-joined'; readonly calls: boolean }
  | { readonly type: 'peer-left' }
  | { readonly type: 'message'; readonly message: unknown };

/** Signalling in memory: a room joins two tabs, and passes on what each says to the other. */
export class Rooms {
  readonly #rooms = new Map<string, Map<string, ServerResponse>>();

  /** Opens the event stream of a tab; false when the room has two others already. */
  join(room: string, tab: string, stream: ServerResponse): boolean {
    const tabs = this.#rooms.get(room) ?? new Map<string, ServerResponse>();
    const isFull = tabs.size >= 2 && !tabs.has(tab);
    if (isFull || (tabs.size === 0 && this.#rooms.size >= ROOMS_MAX)) {
      return false;
    }
    tabs.get(tab)?.end();
    tabs.set(tab, stream);
    this.#rooms.set(room, tabs);
    stream.on('close', () => this.#leave(room, tab, stream));
    stream.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    stream.flushHeaders();
    const other = this.#otherOf(room, tab);
    if (other !== undefined) {
      // Whoever comes second calls.
      sendEvent(stream, { type: 'peer-joined', calls: true });
      sendEvent(other, { type: 'peer-joined', calls: false });
    }
    return true;
  }

  /** Passes a message to the other tab; false when there is none. */
  pass(room: string, tab: string, message: unknown): boolean {
    const other = this.#otherOf(room, tab);
    if (other === undefined) {
      return false;
    }
    sendEvent(other, { type: 'message', message });
    return true;
  }

  #leave(room: string, tab: string, stream: ServerResponse): void {
    const tabs = this.#rooms.get(room);
    if (tabs?.get(tab) !== stream) {
      return;
    }
    const other = this.#otherOf(room, tab);
    tabs.delete(tab);
    if (tabs.size === 0) {
      this.#rooms.delete(room);
    }
    if (other !== undefined) {
      sendEvent(other, { type: 'peer-left' });
    }
  }

  #otherOf(room: string, tab: string): ServerResponse | undefined {
    const tabs = this.#rooms.get(room);
    return tabs === undefined || !tabs.has(tab) ? undefined : [...tabs].find(([name]) => name !== tab)?.[1];
  }
}

function sendEvent(stream: ServerResponse, event: RoomEvent): void {
  stream.write(`data: ${JSON.stringify(event)}\n\n`);
}
