import type { ControlPorts } from '../control/ports.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { IceServerUrls } from './ice-server-urls.ts';
import type { RateLimits } from './rate-limits.ts';

/** What routes answer with. */
export interface HttpContext {
  readonly control: ControlPorts;
  readonly rateLimits: RateLimits;
  readonly metrics: Metrics;
  /** What clients are told to connect to, at this moment. */
  readonly readIceServerUrls: () => IceServerUrls;
  /** Why the service is not ready at this moment; empty when it is. */
  readonly readReasonsNotReady: () => readonly string[];
  /** The program's version. */
  readonly version: string;
}
