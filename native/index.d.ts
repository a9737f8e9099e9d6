/** The arrays that TypeScript and the addon share, and what the engine is to do; see `native/src/engine.h`. */
export interface EngineConfig {
  /** io_uring, or else recvmmsg and sendmmsg. */
  readonly isUring: boolean;
  readonly bufferCount: number;
  readonly receiveBufferBytes: number;
  readonly slab: Uint8Array;
  readonly sockets: Uint32Array;
  readonly offsets: Uint32Array;
  readonly lengths: Uint32Array;
  readonly trafficClasses: Uint8Array;
  readonly from: Uint32Array;
  readonly queue: Uint32Array;
  readonly errors: Uint32Array;
  readonly row: Uint32Array;
  /**
   * How to wait for the next batch: until so many datagrams have arrived (`PAUSE_DATAGRAMS`; 0 is not to wait
   * outside the event loop), but no longer than so many µs (`PAUSE_US`; 0 is no limit), nor longer than the event loop has
   * nothing to do.
   */
  readonly pause: Uint32Array;
  /** `count` datagrams are in the batch; there may be errors as well. */
  readonly onReady: (count: number) => void;
}

/** The sockets of one worker in the addon. */
export interface Engine {
  /** Opens a socket on the address in `row`, which becomes the bound one. Answers 0, or a negative error number. */
  open(token: number, flags: number): number;
  close(token: number): void;
  /** Sends the first `count` rows of the queue. Answers how many datagrams were dropped at sending, since the start. */
  send(count: number): number;
  stop(): void;
}

/** What the compiled addon exports. */
export interface DatagramAddon {
  /** The numbers of `native/src/engine.h` that TypeScript has as well, by name. */
  readonly layout: Readonly<Record<string, number>>;
  /** @throws {Error} with the system's `code` when the back end is not to be had here. */
  createEngine(config: EngineConfig): Engine;
}

/**
 * Loads the addon into this thread: the one that the installation built, or the one at `path`. Where there is none, or
 * it does not load here, `reason` is a sentence that says why.
 */
export function loadDatagramAddon(path?: string): { readonly addon: DatagramAddon } | { readonly reason: string };
