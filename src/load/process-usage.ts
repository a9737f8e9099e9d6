import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc, on every Linux that Node runs on. */
const CLOCK_TICKS_PER_SECOND = 100;
const CHILD_DEPTH_MAX = 4;
/** The scheduler's own counters are exact; this far behind the clock ticks, they lost a thread that ended. */
const LOST_THREAD_US = 3 * (1_000_000 / CLOCK_TICKS_PER_SECOND);

/** What a process, its threads and its children have used so far. */
export interface ProcessUsage {
  /** By the scheduler's nanosecond counters. */
  readonly ranUs: number;
  /** How long its threads were ready and had no CPU. */
  readonly waitedUs: number;
  /** By the clock ticks, which also know of threads that have ended. */
  readonly tickedUs: number;
  readonly residentBytes: number;
}

/** Reads /proc; undefined when there is no such process, or no such /proc. */
export function readProcessUsage(pid: number): ProcessUsage | undefined {
  return readFile(`/proc/${pid}/stat`) === undefined ? undefined : addUp(pid, 0);
}

/** CPU time between two readings, in µs. */
export function cpuUsBetween(before: ProcessUsage, after: ProcessUsage): number {
  const ranUs = after.ranUs - before.ranUs;
  const tickedUs = after.tickedUs - before.tickedUs;
  return ranUs > 0 && ranUs + LOST_THREAD_US >= tickedUs ? ranUs : tickedUs;
}

function addUp(pid: number, depth: number): ProcessUsage {
  let [ranUs, waitedUs, tickedUs] = [0, 0, readTicks(pid)];
  let residentBytes = readResident(pid);
  for (const thread of listThreads(pid)) {
    const [ranNs = 0, waitedNs = 0] = readNumbers(`/proc/${pid}/task/${thread}/schedstat`);
    ranUs += ranNs / 1_000;
    waitedUs += waitedNs / 1_000;
    const children = depth < CHILD_DEPTH_MAX ? readNumbers(`/proc/${pid}/task/${thread}/children`) : [];
    for (const child of children) {
      const usage = addUp(child, depth + 1);
      ranUs += usage.ranUs;
      waitedUs += usage.waitedUs;
      tickedUs += usage.tickedUs;
      residentBytes += usage.residentBytes;
    }
  }
  return { ranUs, waitedUs, tickedUs, residentBytes };
}

function readTicks(pid: number): number {
  // The name of the program, which may hold anything, ends with the last bracket; fields 14 and 15 are its times.
  const fields = (readFile(`/proc/${pid}/stat`) ?? '').replace(/^.*\) /s, '').split(' ');
  return ((Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * 1_000_000) / CLOCK_TICKS_PER_SECOND;
}

function readResident(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFile(`/proc/${pid}/status`) ?? '');
  return Number(match?.[1] ?? 0) * 1_024;
}

function listThreads(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function readNumbers(path: string): readonly number[] {
  return (readFile(path) ?? '')
    .split(' ')
    .filter((text) => text.trim() !== '')
    .map(Number);
}

function readFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
