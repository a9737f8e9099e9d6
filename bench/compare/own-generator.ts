import { join } from 'node:path';
import { root } from '../../scripts/bootstrap/root.mjs';
import { type Figures, pickFigures } from './figures.ts';
import type { LoadGenerator, MeasureOptions } from './load-generator.ts';
import type { LoadPlan, Pace } from './load-plan.ts';
import { PinnedProcess } from './pinned-process.ts';
import type { RunningServer } from './running-server.ts';

/** Packets were wrong: the report says which, and its figures count all the same. */
const EXIT_ERRORS = 3;

/** What of the one line of `taciturn load --json` is used. */
interface OwnReport {
  readonly mode?: string;
  readonly allocations?: number;
  readonly deliveredPerSecond?: number;
  readonly lossPercent?: number;
  readonly latencyUs?: { readonly p50: number; readonly p99: number };
  readonly allocationsPerSecond?: number;
  readonly memoryPerAllocationBytes?: number;
  readonly serverCpuUsPerPacket?: number;
  readonly generatorCpuPercent?: number;
  readonly othersCpuPercent?: number;
  readonly errors?: Readonly<Record<string, number>>;
}

/** `taciturn load`, as anyone may run it, in a process of its own: it must not share a core or a heap with this program. */
export function createOwnGenerator(): LoadGenerator {
  return {
    name: 'taciturn load',
    async measure(server: RunningServer, plan: LoadPlan, { seconds, cores }: MeasureOptions): Promise<Figures> {
      const command = [process.execPath, join(root, 'src/cli/main.ts'), 'load', ...describeLoad(server, plan, seconds)];
      // Arguments are there for every user of the machine to see, the environment is not.
      const environment = { TACITURN_LOAD_USER: server.username, TACITURN_LOAD_PASSWORD: server.password };
      const child = new PinnedProcess(command, { cores, environment });
      const exitCode = await child.exitCode();
      if (exitCode !== 0 && exitCode !== EXIT_ERRORS) {
        throw new Error(`\`taciturn load\` failed against ${server.name}. What it said last:\n${child.lastLines}`);
      }
      return readOwnReport(JSON.parse(child.stdout) as OwnReport);
    },
  };
}

/** The generator's words for the figures. */
export function readOwnReport(report: OwnReport): Figures {
  return pickFigures({
    cpuUsPerPacket: report.serverCpuUsPerPacket,
    deliveredPerSecond: report.deliveredPerSecond,
    lossPercent: report.lossPercent,
    latencyP50Us: report.latencyUs?.p50,
    latencyP99Us: report.latencyUs?.p99,
    // In other modes, these are of a server that was no longer new, and of a set-up that was not the point.
    allocationsPerSecond: report.mode === 'allocate' ? report.allocationsPerSecond : undefined,
    memoryPerAllocationBytes: report.mode === 'setup' ? report.memoryPerAllocationBytes : undefined,
    allocations: report.allocations,
    errorCount: countErrors(report.errors ?? {}),
    generatorCpuPercent: report.generatorCpuPercent,
    othersCpuPercent: report.othersCpuPercent,
  });
}

/** What the server did wrong. What came late or in another order is not forbidden. */
function countErrors(errors: Readonly<Record<string, number>>): number {
  return ['corrupted', 'misrouted', 'duplicated', 'unexpected', 'badIntegrity'].reduce(
    (sum, name) => sum + (errors[name] ?? 0),
    0,
  );
}

function describeLoad(server: RunningServer, plan: LoadPlan, seconds: number): readonly string[] {
  const transport = plan.kind === 'traffic' ? plan.transport : 'udp';
  const where =
    transport === 'tls'
      ? `turns:127.0.0.1:${server.tlsPort}?transport=tcp`
      : `turn:127.0.0.1:${server.port}?transport=${transport}`;
  return [where, '--server-pid', String(server.pid), '--json', ...describePlan(server, plan, seconds)];
}

function describePlan({ peerPort }: RunningServer, plan: LoadPlan, seconds: number): readonly string[] {
  switch (plan.kind) {
    case 'cycles':
      return ['--mode', 'allocate', '--in-flight', String(plan.inFlight), '--seconds', String(seconds)];
    case 'memory':
      return ['--mode', 'setup', '--allocations', String(plan.allocations)];
    case 'traffic':
      return [
        ...(peerPort === undefined
          ? ['--mode', 'channel']
          : ['--mode', 'raw', '--peer-address', `127.0.0.1:${peerPort}`]),
        ...['--direction', plan.direction, '--size', String(plan.sizeBytes)],
        ...['--allocations', String(plan.allocations), '--seconds', String(seconds)],
        ...describePace(plan.pace, seconds),
      ];
  }
}

function describePace(pace: Pace, seconds: number): readonly string[] {
  switch (pace.kind) {
    case 'window':
      return ['--window', String(pace.packets)];
    case 'rate':
      return ['--rate', String(pace.perSecond)];
    case 'search':
      return ['--search', '--probe', String(Math.min(1, seconds))];
  }
}
