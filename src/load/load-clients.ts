/** What comes of a client; each call may start or release clients. */
export interface ClientEvents {
  handleReady(client: number): void;
  /** `beganAt` is when it was started. */
  handleReleased(client: number, beganAt: number): void;
  handleFailed(client: number, reason: string): void;
}

/** What makes a session's clients ready to send and receive, and what ends them. A client has the number of its allocation. */
export interface LoadClients {
  /** What was sent again, since nothing had come of it. */
  readonly retransmissions: number;
  /** Opens a client's way to the server, and makes what its packets need: `handleReady` or `handleFailed` follows. */
  start(client: number): void;
  /** Ends a client that is ready: `handleReleased` or `handleFailed` follows. */
  release(client: number): void;
  isReady(client: number): boolean;
  handleLegOpened(client: number): void;
  /** The socket did not open, or the stream ended. */
  handleLegFailed(client: number, reason: string): void;
  /** Takes a STUN message that carries no data; false when it answers nothing that was asked. */
  handleMessage(client: number, bytes: Uint8Array, offset: number, length: number): boolean;
  /** Sends again what nothing came of in time, and gives up what nothing ever comes of. To be called every 50 ms or so. */
  handleTime(): void;
}
