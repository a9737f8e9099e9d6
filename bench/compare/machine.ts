import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, type } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { root } from '../../scripts/bootstrap/root.mjs';

/** What the figures depend on beside the code. Names and addresses of the machine are nobody's business. */
export interface Machine {
  /** Names the file of its results: `amd-epyc-2-cores`. */
  readonly kind: string;
  readonly cpu: string;
  readonly cores: number;
  readonly kernel: string;
  readonly node: string;
  /** The commit that was measured, with `+` behind it where files differ from it. */
  readonly commit: string;
}

export function describeMachine(): Machine {
  const all = cpus();
  const cpu = (all[0]?.model ?? 'unknown').replace(/\s+/g, ' ').trim();
  return {
    kind: nameMachineKind(cpu, all.length),
    cpu,
    cores: all.length,
    kernel: `${type()} ${release().match(/^\d+\.\d+(\.\d+)?/)?.[0] ?? ''}`.trim(),
    node: process.versions.node,
    commit: describeCommit(),
  };
}

/** `AMD EPYC` with 2 cores as `amd-epyc-2-cores`. */
export function nameMachineKind(cpu: string, cores: number): string {
  const words = cpu.toLowerCase().match(/[a-z0-9]+/g) ?? ['unknown'];
  return [...words, cores, cores === 1 ? 'core' : 'cores'].join('-');
}

/** How busy all cores of the machine are together, in percent of all of them, over so long. Linux. */
export async function measureBusyPercent(milliseconds: number): Promise<number> {
  const before = readCpuTicks();
  await delay(milliseconds);
  const after = readCpuTicks();
  const total = after.total - before.total;
  return total === 0 ? 0 : (100 * (total - (after.idle - before.idle))) / total;
}

function readCpuTicks(): { readonly total: number; readonly idle: number } {
  // proc(5): user nice system idle iowait irq softirq steal; what follows is contained in these.
  const line = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0] as string;
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  return { total: ticks.reduce((sum, value) => sum + value, 0), idle: (ticks[3] ?? 0) + (ticks[4] ?? 0) };
}

function describeCommit(): string {
  const commit = readGit('rev-parse', '--short=10', 'HEAD');
  return readGit('status', '--porcelain', '--', 'src', 'native') === '' ? commit : `${commit}+`;
}

function readGit(...args: readonly string[]): string {
  const { stdout, status } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : 'unknown';
}
