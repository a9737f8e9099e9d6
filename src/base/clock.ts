import type { Brand } from './brand.ts';

/** Milliseconds of a clock that never goes backwards; its zero is arbitrary. Timers and lifetimes use it. */
export type Instant = Brand<number, 'Instant'>;

/** Milliseconds since 1970-01-01T00:00:00Z. Credential expiry and usage buckets use it. */
export type UnixMs = Brand<number, 'UnixMs'>;

/** Both clocks of a process. The pure core never sees one: it is handed readings. */
export interface Clock {
  now(): Instant;
  unixNow(): UnixMs;
}
