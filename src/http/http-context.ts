import type { ControlPorts } from '../control/ports.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { IceServerUrls } from './ice-server-urls.ts';
import type { RateLimits } from './rate-limits.ts';
import type { ServiceReadings } from './service-readings.ts';

/** What routes answer with. */
export interface HttpContext {
  readonly control: ControlPorts;
  readonly rateLimits: RateLimits;
  readonly metrics: Metrics;
  /** What clients are told to connect to. Asked at each credential; while there is no `turn` URL, none is issued: 503. */
  readonly readIceServerUrls: () => IceServerUrls;
  /** Why the service is not ready, for `/readyz`; empty when it is. */
  readonly readReasonsNotReady: () => readonly string[];
  readonly readings: ServiceReadings;
  /** The program's version. */
  readonly version: string;
}
