import type { Config } from '../config/settings.ts';
import { LIMIT_NAMES, type Limits } from '../contract/limits.ts';
import { DEFAULT_RELAY_LIMITS, type RelayLimits, type RelayOptions } from '../relay/relay-options.ts';

/** What of the relay's options the configuration decides. `longestTtlSeconds` is the installation's. */
export function describeRelay(
  config: Config,
  longestTtlSeconds: number,
): Pick<
  RelayOptions,
  'listen' | 'relays' | 'relayPorts' | 'realm' | 'workers' | 'datagram' | 'peers' | 'limits' | 'usageIntervalMs'
> {
  return {
    listen: config.turn.listen,
    relays: config.turn.relayAddress,
    relayPorts: config.turn.relayPorts,
    realm: config.turn.realm,
    workers: config.turn.workers,
    datagram: config.turn.datagram,
    peers: {
      allow: config.peers.allow.map(({ cidr }) => cidr),
      deny: config.peers.deny.map(({ cidr }) => cidr),
    },
    limits: describeRelayLimits(config, longestTtlSeconds),
    usageIntervalMs: config.usage.flushSeconds * 1000,
  };
}

function describeRelayLimits({ limits, turn }: Config, longestTtlSeconds: number): RelayLimits {
  return {
    ...DEFAULT_RELAY_LIMITS,
    allocationsMax: limits.allocationsPerWorker,
    allocationsPerClientAddressMax: limits.allocationsPerClientAddress,
    permissionsPerAllocationMax: limits.permissionsPerAllocation,
    channelsPerAllocationMax: limits.channelsPerAllocation,
    defaults: readDefaultLimits(limits),
    streamConnectionsMax: limits.streamConnectionsPerWorker,
    streamConnectionsPerAddressMax: limits.streamConnectionsPerAddress,
    allocationLifetimeSecondsMax: turn.maxLifetimeSeconds,
    credentialTtlSecondsMax: longestTtlSeconds,
    nonceLifetimeSeconds: turn.nonceLifetimeSeconds,
    refusalsPerAddressPerSecond: limits.refusalsPerAddressPerSecond,
  };
}

/** What accounts and keys without limits of their own keep to. */
export function readDefaultLimits(limits: Config['limits']): Limits {
  return Object.fromEntries(LIMIT_NAMES.map((name) => [name, limits[name]])) as Limits;
}
