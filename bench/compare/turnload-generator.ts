import { type Figures, pickFigures } from './figures.ts';
import type { LoadGenerator, MeasureOptions } from './load-generator.ts';
import type { LoadPlan, Pace } from './load-plan.ts';
import { PinnedProcess } from './pinned-process.ts';
import type { RunningServer } from './running-server.ts';

/** The program found wrong packets: it says which, and its figures count all the same. */
const EXIT_ERRORS = 3;

/** What of turnload's one line of JSON is used. */
interface TurnloadReport {
  readonly kind?: string;
  readonly allocations?: number;
  readonly delivered_pps?: number;
  readonly peak_pps?: number;
  readonly loss_pct?: number;
  readonly allocations_per_s?: number;
  readonly server_cpu_us_per_packet?: number;
  readonly rss_per_allocation_kb?: number;
  readonly latency_us?: { readonly p50: number; readonly p99: number };
  readonly errors?: Readonly<Record<string, number>>;
  readonly generator?: { readonly cpu_pct: number };
  readonly others_cpu_pct?: number;
}

/** turnload, an independent load generator in C: what both generators say must agree. */
export function createTurnloadGenerator(program: string): LoadGenerator {
  return {
    name: 'turnload',
    async measure(server: RunningServer, plan: LoadPlan, { seconds, cores }: MeasureOptions): Promise<Figures> {
      const command = [program, ...describeServer(server, plan), ...describePlan(plan, seconds)];
      const child = new PinnedProcess(command, { cores });
      const exitCode = await child.exitCode();
      if (exitCode !== 0 && exitCode !== EXIT_ERRORS) {
        throw new Error(`turnload failed against ${server.name}. What it said last:\n${child.lastLines}`);
      }
      return readTurnloadReport(JSON.parse(child.stdout) as TurnloadReport);
    },
  };
}

/** turnload's words for the figures. */
export function readTurnloadReport(report: TurnloadReport): Figures {
  const memoryKiB = report.rss_per_allocation_kb;
  return pickFigures({
    cpuUsPerPacket: report.server_cpu_us_per_packet,
    deliveredPerSecond: report.peak_pps ?? report.delivered_pps,
    lossPercent: report.loss_pct,
    latencyP50Us: report.latency_us?.p50,
    latencyP99Us: report.latency_us?.p99,
    allocationsPerSecond: report.allocations_per_s,
    memoryPerAllocationBytes:
      // In other modes, it is of a server that was no longer new.
      report.kind === 'setup' && memoryKiB !== undefined ? memoryKiB * 1024 : undefined,
    allocations: report.allocations,
    errorCount: countErrors(report.errors ?? {}),
    generatorCpuPercent: report.generator?.cpu_pct,
    othersCpuPercent: report.others_cpu_pct,
  });
}

/** What the server did wrong. What a full buffer kept back is a loss, and what it reordered is not forbidden. */
function countErrors(errors: Readonly<Record<string, number>>): number {
  return ['corrupt', 'misroute', 'dup', 'unexpected', 'trunc', 'mi_bad'].reduce(
    (sum, name) => sum + (errors[name] ?? 0),
    0,
  );
}

function describeServer(server: RunningServer, plan: LoadPlan): readonly string[] {
  const isTls = plan.kind === 'traffic' && plan.transport === 'tls';
  const where = ['--server', `127.0.0.1:${isTls ? server.tlsPort : server.port}`, '--server-pid', String(server.pid)];
  return server.peerPort === undefined
    ? [...where, '--user', server.username, '--pass', server.password]
    : [...where, '--raw', '--channel-framing', '--peer-port', String(server.peerPort)];
}

function describePlan(plan: LoadPlan, seconds: number): readonly string[] {
  switch (plan.kind) {
    case 'cycles':
      return ['--mode', 'allocate', '--in-flight', String(plan.inFlight), '--seconds', String(seconds)];
    case 'memory':
      return ['--mode', 'setup', '--allocations', String(plan.allocations)];
    case 'traffic':
      return [
        ...['--transport', plan.transport, '--direction', plan.direction, '--size', String(plan.sizeBytes)],
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
      return ['--pps', String(pace.perSecond)];
    case 'search':
      return ['--search', '--probe', String(Math.min(1, seconds))];
  }
}
