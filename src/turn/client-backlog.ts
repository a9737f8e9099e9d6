import type { ClientSocketId } from './path.ts';

/** What waits to be sent to clients that read their stream slowly. The shell keeps it, and the server asks before it relays. */
export interface ClientBacklog {
  /** Whether a relayed message of `length` bytes finds room on a stream; else it is lost, as it would be over UDP. */
  hasRoom(socket: ClientSocketId, length: number): boolean;
}
