import { DATAGRAM_SOCKETS_MAX } from '../relay/sockets/datagram-sockets.ts';
import { CLOCK_SECONDS_MAX } from './load-clock.ts';
import { LoadError } from './load-error.ts';
import type { LoadOptions } from './load-options.ts';
import { PAYLOAD_BYTES_MAX, PAYLOAD_HEADER_BYTES } from './payload-format.ts';
import { readProcessUsage } from './process-usage.ts';
import { PROBES_MAX } from './search-rate.ts';

/** A channel lives ten minutes and a permission five (RFC 8656 §9, §12), and the generator renews neither. */
export const LOAD_SECONDS_MAX = Math.min(240, CLOCK_SECONDS_MAX);

interface Bounds {
  readonly name: string;
  readonly value: number | undefined;
  readonly min: number;
  readonly max: number;
  readonly isWhole?: true;
}

/** @throws {LoadError} that names the first option that is out of its bounds. */
export function checkOptions(options: LoadOptions): void {
  const bounds: readonly Bounds[] = [
    { name: 'allocations', value: options.allocations, min: 1, max: DATAGRAM_SOCKETS_MAX / 2, isWhole: true },
    { name: 'peers', value: options.peers, min: 1, max: DATAGRAM_SOCKETS_MAX / 2, isWhole: true },
    { name: 'size', value: options.sizeBytes, min: PAYLOAD_HEADER_BYTES, max: PAYLOAD_BYTES_MAX, isWhole: true },
    { name: 'rate', value: options.ratePerSecond, min: 1, max: 10_000_000 },
    { name: 'window', value: options.windowPackets, min: 1, max: 1_000_000, isWhole: true },
    { name: 'seconds', value: options.seconds, min: 0.01, max: LOAD_SECONDS_MAX },
    { name: 'warm-up', value: options.warmupSeconds, min: 0, max: 60 },
    { name: 'probe', value: options.probeSeconds, min: 0.01, max: LOAD_SECONDS_MAX / PROBES_MAX },
    { name: 'in-flight', value: options.inFlight, min: 1, max: DATAGRAM_SOCKETS_MAX / 2, isWhole: true },
    { name: 'loss', value: options.lossPercentMax, min: 0, max: 100 },
  ];
  for (const { name, value, min, max, isWhole } of bounds) {
    const isWithin =
      value === undefined || (value >= min && value <= max && (isWhole !== true || Number.isInteger(value)));
    if (!isWithin) {
      throw new LoadError(
        `The ${name} is ${value}; it must be a ${isWhole === true ? 'whole ' : ''}number from ${min} to ${max}.`,
      );
    }
  }
  if (options.serverPid !== undefined && readProcessUsage(options.serverPid) === undefined) {
    throw new LoadError(`There is no process ${options.serverPid} whose CPU time could be read from /proc.`);
  }
}
