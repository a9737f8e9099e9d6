import type { LoadErrors, LoadReport } from './load-report.ts';

/** A report as a table that a person reads: one line per figure, and what went wrong at the end. */
export function formatReport(report: LoadReport): string {
  const rows = [...listTrafficRows(report), ...listServerRows(report), ...listGeneratorRows(report)];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
  const wrong = listErrors(report.errors).map(([name, count]) => `${formatCount(count)} ${ERROR_NAMES[name]}`);
  const failed = report.failedAllocations > 0 ? [`${formatCount(report.failedAllocations)} failed allocations`] : [];
  const problems = [...wrong, ...failed];
  const verdict =
    problems.length === 0
      ? 'Every packet and answer that arrived was right.'
      : `Wrong: ${problems.join(', ')}${report.firstProblem === undefined ? '' : ` (first: ${report.firstProblem})`}.`;
  return `${describeRun(report)}\n\n${lines.join('\n')}\n\n${verdict}\n`;
}

/** The errors that occurred. */
export function listErrors(errors: LoadErrors): readonly (readonly [keyof LoadErrors, number])[] {
  return (Object.entries(errors) as [keyof LoadErrors, number][]).filter(([, count]) => count > 0);
}

const ERROR_NAMES: Readonly<Record<keyof LoadErrors, string>> = {
  corrupted: 'corrupted',
  misrouted: 'misrouted',
  duplicated: 'duplicated',
  reordered: 'reordered',
  stale: 'stale',
  unexpected: 'unexpected',
  badIntegrity: 'answers with a wrong MESSAGE-INTEGRITY',
};

type Row = readonly [name: string, value: string];

function describeRun(report: LoadReport): string {
  const { mode, transport, direction, allocations, sizeBytes, url } = report;
  const clients = `${formatCount(allocations)} ${allocations === 1 ? 'allocation' : 'allocations'}`;
  if (mode === 'allocate') {
    return `${url}: allocate cycles over ${transport}, ${formatCount(allocations)} at once`;
  }
  return mode === 'setup'
    ? `${url}: ${clients} over ${transport}`
    : `${url}: ${mode} over ${transport}, ${direction}, ${clients}, ${sizeBytes} bytes`;
}

function listTrafficRows(report: LoadReport): readonly Row[] {
  const { search, latencyUs } = report;
  const rows: (Row | undefined)[] = [
    rowOf('delivered', report.deliveredPerSecond, (value) => `${formatCount(value)} packets/s`),
    rowOf('lost', report.lossPercent, (value) => `${formatShort(value)} %`),
    search === undefined
      ? undefined
      : [
          'the next rate failed',
          `${formatCount(search.failingPerSecond)} packets/s${search.generatorLimited ? ', where the generator was the limit' : ''}`,
        ],
    latencyUs === undefined
      ? undefined
      : [
          'latency',
          `p50 ${formatShort(latencyUs.p50)}, p90 ${formatShort(latencyUs.p90)}, p99 ${formatShort(latencyUs.p99)}, max ${formatShort(latencyUs.max)} µs`,
        ],
    [
      report.mode === 'allocate' ? 'cycles' : 'allocations made',
      `${formatCount(report.allocationsPerSecond)} a second`,
    ],
  ];
  return rows.filter((row) => row !== undefined);
}

function listServerRows(report: LoadReport): readonly Row[] {
  const rows: (Row | undefined)[] = [
    rowOf('server CPU', report.serverCpuUsPerPacket, (value) => `${formatShort(value)} µs per packet`),
    rowOf('server CPU per allocation', report.serverCpuUsPerAllocation, (value) => `${formatShort(value)} µs`),
    rowOf('server CPU share', report.serverCpuPercent, (value) => `${formatShort(value)} % of a core`),
    rowOf('memory per allocation', report.memoryPerAllocationBytes, (value) => `${formatShort(value / 1_024)} KiB`),
    rowOf('server memory', report.serverMemoryBytes, (value) => `${formatShort(value / 1_048_576)} MiB`),
  ];
  return rows.filter((row) => row !== undefined);
}

function listGeneratorRows({ generator, othersCpuPercent }: LoadReport): readonly Row[] {
  const { backEnd, cpuPercent, busyPercent, drops, skipped, refused } = generator;
  const rows: (Row | undefined)[] = [
    ['generator', `${formatShort(cpuPercent)} % of a core, busy ${formatShort(busyPercent)} % (${backEnd})`],
    drops + skipped + refused === 0
      ? undefined
      : [
          "generator's own",
          `${formatCount(drops)} dropped, ${formatCount(skipped)} skipped, ${formatCount(refused)} refused`,
        ],
    rowOf('others on this machine', othersCpuPercent, (value) => `${formatShort(value)} % of a core`),
  ];
  return rows.filter((row) => row !== undefined);
}

function rowOf(name: string, value: number | undefined, format: (value: number) => string): Row | undefined {
  return value === undefined ? undefined : [name, format(value)];
}

function formatCount(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Three digits that mean something. */
function formatShort(value: number): string {
  return Math.abs(value) >= 100 ? formatCount(value) : Number(value.toPrecision(3)).toString();
}
