import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { chooseDatagramBackEnd } from '../relay/sockets/choose-datagram-back-end.ts';
import type { DatagramBackEnd } from '../relay/sockets/datagram-back-end.ts';
import { runAllocationStorm } from './allocation-storm.ts';
import { checkOptions } from './check-options.ts';
import { composeReport, describeStorm, describeTraffic } from './compose-report.ts';
import { LoadError } from './load-error.ts';
import type { LoadOptions } from './load-options.ts';
import { fillPlan, type LoadPlan } from './load-plan.ts';
import type { LoadReport } from './load-report.ts';
import { LoadSession } from './load-session.ts';
import { makeAllocations, releaseAllocations } from './make-allocations.ts';
import { readProcessUsage } from './process-usage.ts';
import { type LoadTarget, resolveTarget } from './resolve-target.ts';
import { runTraffic } from './run-traffic.ts';
import { UsageMeter } from './usage-meter.ts';

/**
 * Puts a TURN server under load from this process, checks every packet and answer, and tells what it took. It refreshes
 * nothing, so that a run is a matter of minutes.
 * @throws {LoadError} when an option makes no sense, or the allocations cannot be made.
 */
export async function runLoad(options: LoadOptions): Promise<LoadReport> {
  checkOptions(options);
  const plan = fillPlan(options);
  const target = await resolveTarget(plan, randomInt(2 ** 32));
  const session = new LoadSession({
    ...target,
    backEnd: await chooseBackEnd(plan),
    mode: plan.mode,
    direction: plan.direction,
    user: plan.user,
    password: plan.password,
    allocations: plan.mode === 'allocate' ? plan.inFlight : plan.allocations,
    peers: plan.peers,
    sizeBytes: plan.sizeBytes,
  });
  try {
    await session.openPeers(target.peerAddress);
    return plan.mode === 'allocate'
      ? await runStorm(session, plan, target)
      : await runOnAllocations(session, plan, target);
  } finally {
    await session.stop();
  }
}

async function chooseBackEnd({ datagram }: LoadPlan): Promise<DatagramBackEnd> {
  try {
    return (await chooseDatagramBackEnd(datagram, 1)).backEnd;
  } catch (error) {
    throw new LoadError(`The generator's sockets cannot use ${datagram}: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

async function runStorm(session: LoadSession, plan: LoadPlan, target: LoadTarget): Promise<LoadReport> {
  const storm = await runAllocationStorm(session, {
    seconds: plan.seconds,
    warmupSeconds: plan.warmupSeconds,
    serverPid: plan.serverPid,
    signal: plan.signal,
    onProgress: (fraction) => plan.onProgress?.({ stage: 'running', fraction, detail: '' }),
  });
  return composeReport(session, plan, target, describeStorm(storm, plan.inFlight));
}

/** Makes the allocations, weighs them or sends packets over them, and ends them whatever happens. */
async function runOnAllocations(session: LoadSession, plan: LoadPlan, target: LoadTarget): Promise<LoadReport> {
  try {
    return await measureAllocations(session, plan, target);
  } finally {
    plan.onProgress?.({ stage: 'releasing', detail: '' });
    await releaseAllocations(session);
  }
}

async function measureAllocations(session: LoadSession, plan: LoadPlan, target: LoadTarget): Promise<LoadReport> {
  const { serverPid, allocations } = plan;
  const memoryBefore = serverPid === undefined ? undefined : readProcessUsage(serverPid)?.residentBytes;
  const meter = new UsageMeter(serverPid);
  const made = await makeAllocations(session, plan.inFlight, plan.signal, (ready) =>
    plan.onProgress?.({ stage: 'setting up', fraction: ready / allocations, detail: `${ready} allocations` }),
  );
  if (plan.mode === 'setup') {
    await sleep(plan.settleMs);
  }
  const setup = meter.read();
  const memory = setup.serverMemoryBytes;
  const shared = {
    seconds: made.seconds,
    allocationsPerSecond: allocations / made.seconds,
    serverCpuUsPerAllocation: setup.serverCpuUs === undefined ? undefined : setup.serverCpuUs / allocations,
    memoryPerAllocationBytes:
      memory === undefined || memoryBefore === undefined ? undefined : (memory - memoryBefore) / allocations,
    usage: setup,
  };
  const traffic = plan.mode === 'setup' ? undefined : await runTraffic(session, plan);
  return composeReport(session, plan, target, { ...shared, ...describeTraffic(plan, traffic) });
}
