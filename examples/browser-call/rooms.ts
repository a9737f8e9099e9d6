import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';

const ROOMS_MAX = 100;

/** What a tab hears: a line of a stream of server-sent events. */
export type RoomEvent =
  | { readonly type: 'joined'; readonly room: string }
  | { readonly type: 'refused'; readonly reason: string }
  | { readonly type: 'peer-joined'; readonly calls: boolean }
  | { readonly type: 'peer-left' }
  | { readonly type: 'message'; readonly message: unknown };

/** The tabs of a room by their names, two at most. */
type Room = Map<string, ServerResponse>;

/** Signalling in memory: a room joins two tabs, and passes on what each says to the other. */
export class Rooms {
  readonly #rooms = new Map<string, Room>();

  /** Opens the event stream of a tab, in the room that it asks for; else where a tab waits, or in a new room. */
  join(tab: string, stream: ServerResponse, wanted?: string): void {
    stream.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    const room = wanted ?? this.#findWaiting() ?? randomBytes(4).toString('hex');
    const tabs: Room = this.#rooms.get(room) ?? new Map();
    const refusal = this.#findRefusal(tabs, tab);
    if (refusal !== undefined) {
      // In the stream and not as a status: an EventSource keeps the body of an error from the page.
      sendEvent(stream, { type: 'refused', reason: refusal });
      stream.end();
      return;
    }
    tabs.get(tab)?.end();
    tabs.set(tab, stream);
    this.#rooms.set(room, tabs);
    stream.on('close', () => this.#leave(room, tab, stream));
    sendEvent(stream, { type: 'joined', room });
    const other = this.#otherOf(room, tab);
    if (other !== undefined) {
      // Whoever comes second calls.
      sendEvent(stream, { type: 'peer-joined', calls: true });
      sendEvent(other, { type: 'peer-joined', calls: false });
    }
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

  /** The room that has been waiting longest for its second tab. */
  #findWaiting(): string | undefined {
    return [...this.#rooms].find(([, tabs]) => tabs.size === 1)?.[0];
  }

  #findRefusal(tabs: Room, tab: string): string | undefined {
    if (tabs.size >= 2 && !tabs.has(tab)) {
      return 'This room has two tabs already.';
    }
    return tabs.size === 0 && this.#rooms.size >= ROOMS_MAX ? 'All rooms are in use.' : undefined;
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
