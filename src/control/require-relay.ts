import type { LiveWorkers } from '../contract/live-workers.ts';
import { ControlError } from './errors.ts';
import type { ControlPorts } from './ports.ts';

/**
 * The workers of the relay.
 * @throws {ControlError} `relay-unavailable` while there is none: the service is starting.
 */
export function requireRelay({ live }: ControlPorts): LiveWorkers {
  if (live.workerCount === 0) {
    throw new ControlError('relay-unavailable', 'The relay is starting. Try again in a moment.');
  }
  return live;
}
