import { availableParallelism, networkInterfaces } from 'node:os';
import { WORKERS_MAX } from '../base/limits.ts';
import type { HostFacts } from '../config/setting.ts';
import { findDefaultRelayAddresses } from '../relay/default-relay-addresses.ts';

/** Asks the operating system what the configuration's defaults depend on. */
export async function readHostFacts(): Promise<HostFacts> {
  const relayAddresses = await findDefaultRelayAddresses();
  return {
    cores: Math.min(availableParallelism(), WORKERS_MAX),
    hasIpv6: Object.values(networkInterfaces()).some((entries) => entries?.some(({ family }) => family === 'IPv6')),
    relayAddresses: relayAddresses.map(({ address }) => address),
  };
}
