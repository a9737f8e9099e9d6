import { DEFAULT_LIMITS, type Limits, NO_LIMITS } from '../../src/contract/limits.ts';
import { DEFAULT_TURN_LIMITS, type TurnLimits } from '../../src/turn/server-options.ts';
import type { Draw } from './draw.ts';
import type { NetworkConditions } from './network/network.ts';

/** The circumstances of one simulated hour or so, all drawn from its seed. */
export interface Scenario {
  readonly workers: number;
  readonly clients: number;
  /** Packets between clients, server and peers after which the clients fall silent. */
  readonly packets: number;
  readonly hasIpv6: boolean;
  /** Whether there are two relay addresses of IPv4. */
  readonly hasTwoRelays: boolean;
  /** Whether the first of them is a private one that the world sees as another. */
  readonly isBehindNat: boolean;
  readonly ports: { readonly min: number; readonly max: number };
  /** Whether ports may run out, so that 508 is a right answer to any Allocate. */
  readonly arePortsScarce: boolean;
  readonly allocationsPerCredential: number;
  /** Whether a server holds little (`TIGHT_LIMITS`), so that 508 is a right answer to whatever asks for more. */
  readonly areLimitsTight: boolean;
  /** How fast each allocation may go. */
  readonly allocationLimits: Limits;
  /** Whether the operator has closed and opened some peers (`PEER_RULES`). */
  readonly hasPeerRules: boolean;
  readonly network: NetworkConditions;
  /** Probability that a relay socket does not open. */
  readonly openFailureRate: number;
  /** How late a timer fires, at most. */
  readonly timerLatenessMsMax: number;
  /** Whether the sockets can set DF, and tell ICMP errors. */
  readonly hasSocketFeatures: boolean;
}

/** Every request gets its answer. */
const WIDE_LIMITS: TurnLimits = { ...DEFAULT_TURN_LIMITS, refusalsPerAddressPerSecond: 0 };

/** So little that clients run into it. */
export const TIGHT_LIMITS: TurnLimits = {
  ...WIDE_LIMITS,
  allocationsMax: 5,
  pendingAllocationsMax: 1,
  permissionsPerAllocationMax: 3,
  channelsPerAllocationMax: 2,
  reservationsMax: 1,
};

/** So slow that clients run into it: they send up to ten packets in a row, and name several peers in a request. */
const SLOW_LIMITS: readonly Limits[] = [
  { ...NO_LIMITS, allocationPacketsPerSecond: 3, allocationNewPeersPerSecond: 0.125, allocationNewPeersBurst: 2 },
  { ...NO_LIMITS, allocationBitsPerSecond: 32 },
  {
    ...NO_LIMITS,
    allocationNewPeersPerSecond: 0.25,
    allocationNewPeersBurst: 4,
    allocationPacketsPerSecond: 7,
    allocationBitsPerSecond: 800,
  },
];

/** What each server of the scenario may hold. */
export function limitsOf(scenario: Scenario): TurnLimits {
  return scenario.areLimitsTight ? TIGHT_LIMITS : WIDE_LIMITS;
}

export function drawScenario(draw: Draw, packets: number): Scenario {
  const arePortsScarce = draw.chance(0.3);
  const min = draw.integer(49152, 49160);
  return {
    workers: draw.integer(1, 3),
    clients: draw.integer(2, 24),
    packets,
    hasIpv6: draw.chance(0.8),
    hasTwoRelays: draw.chance(0.3),
    isBehindNat: draw.chance(0.2),
    ports: { min, max: min + (arePortsScarce ? draw.integer(7, 24) : 4000) },
    arePortsScarce,
    allocationsPerCredential: draw.integer(1, 4),
    areLimitsTight: draw.chance(0.25),
    hasPeerRules: draw.chance(0.5),
    network: {
      lossRate: draw.pick([0, 0.01, 0.1, 0.3]),
      duplicateRate: draw.pick([0, 0.01, 0.1]),
      delayMsMin: draw.pick([0.2, 5]),
      delayMsMax: draw.pick([6, 100, 1000]),
    },
    openFailureRate: draw.pick([0, 0, 0.05, 0.4]),
    timerLatenessMsMax: draw.pick([0, 2, 100]),
    hasSocketFeatures: draw.chance(0.5),
    allocationLimits: draw.chance(0.4) ? draw.pick(SLOW_LIMITS) : DEFAULT_LIMITS,
  };
}
