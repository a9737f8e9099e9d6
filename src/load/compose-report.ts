import type { StormFigures } from './allocation-storm.ts';
import type { LoadPlan } from './load-plan.ts';
import type { LoadReport } from './load-report.ts';
import type { LoadSession } from './load-session.ts';
import type { LoadTarget } from './resolve-target.ts';
import type { TrafficFigures } from './run-traffic.ts';
import type { UsageFigures } from './usage-meter.ts';

/** What a run measured, beside the errors and what it was asked for. */
export interface Measured {
  readonly seconds: number;
  readonly allocationsPerSecond: number;
  readonly failedAllocations?: number;
  readonly usage: UsageFigures;
  readonly busyPercent?: number;
  readonly drops?: number;
  readonly skipped?: number;
  readonly refused?: number;
  /** The rest of the report; what is undefined is left out of it. */
  readonly figures?: { readonly [Name in keyof LoadReport]?: LoadReport[Name] | undefined };
  readonly serverCpuUsPerAllocation?: number | undefined;
  readonly memoryPerAllocationBytes?: number | undefined;
}

/** The report of a run. */
export function composeReport(
  session: LoadSession,
  plan: LoadPlan,
  target: LoadTarget,
  measured: Measured,
): LoadReport {
  const { usage } = measured;
  return {
    url: plan.url,
    mode: plan.mode,
    transport: target.transport,
    direction: plan.direction,
    allocations: plan.mode === 'allocate' ? plan.inFlight : plan.allocations,
    peers: plan.peers,
    sizeBytes: plan.sizeBytes,
    seconds: measured.seconds,
    errors: { ...session.errors },
    failedAllocations: measured.failedAllocations ?? 0,
    retransmissions: session.clients.retransmissions,
    allocationsPerSecond: measured.allocationsPerSecond,
    generatorCpuPercent: usage.generatorCpuPercent,
    generator: {
      backEnd: session.endpoints.backEnd,
      cpuPercent: usage.generatorCpuPercent,
      busyPercent: measured.busyPercent ?? usage.generatorCpuPercent,
      waitedPercent: usage.generatorWaitedPercent,
      drops: measured.drops ?? 0,
      skipped: measured.skipped ?? 0,
      refused: measured.refused ?? session.refused,
    },
    ...pickDefined({
      serverCpuUsPerAllocation: measured.serverCpuUsPerAllocation,
      memoryPerAllocationBytes: measured.memoryPerAllocationBytes,
      serverCpuPercent: usage.serverCpuPercent,
      serverWaitedPercent: usage.serverWaitedPercent,
      serverMemoryBytes: usage.serverMemoryBytes,
      othersCpuPercent: usage.othersCpuPercent,
      firstProblem: session.firstProblem,
      ...measured.figures,
    }),
  };
}

/** What a storm of allocations adds to the report. */
export function describeStorm(storm: StormFigures, inFlight: number): Measured {
  const { seconds, cycles, failed, latencyUs, usage } = storm;
  return {
    seconds,
    allocationsPerSecond: cycles / seconds,
    failedAllocations: failed,
    usage,
    serverCpuUsPerAllocation: usage.serverCpuUs === undefined || cycles === 0 ? undefined : usage.serverCpuUs / cycles,
    figures: { inFlight, latencyUs },
  };
}

/** What packets add to the report; nothing when none were sent. */
export function describeTraffic(plan: LoadPlan, traffic: TrafficFigures | undefined): Partial<Measured> {
  if (traffic === undefined) {
    return {};
  }
  const { phase, search } = traffic;
  const { usage } = phase;
  const isWindow = plan.windowPackets !== undefined;
  return {
    seconds: phase.seconds,
    usage,
    busyPercent: phase.busyPercent,
    drops: phase.drops,
    skipped: phase.skipped,
    refused: phase.refused,
    figures: {
      search,
      windowPackets: search === undefined && isWindow ? plan.windowPackets : undefined,
      ratePerSecond: search === undefined && !isWindow ? plan.ratePerSecond : undefined,
      sentPackets: phase.sent,
      deliveredPackets: phase.delivered,
      sentPerSecond: phase.sent / phase.seconds,
      deliveredPerSecond: phase.delivered / phase.seconds,
      relayedPerSecond: phase.relayed / phase.seconds,
      lossPercent: phase.lossPercent,
      latencyUs: phase.latencyUs,
      serverCpuUsPerPacket:
        usage.serverCpuUs === undefined || phase.relayed === 0 ? undefined : usage.serverCpuUs / phase.relayed,
    },
  };
}

function pickDefined(
  figures: { readonly [Name in keyof LoadReport]?: LoadReport[Name] | undefined },
): Partial<LoadReport> {
  return Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined));
}
