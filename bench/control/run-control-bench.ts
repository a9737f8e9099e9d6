import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBenchCertificate } from '../compare/bench-certificate.ts';
import { FULL_RUN, QUICK_RUN } from '../compare/bench-options.ts';
import { describeMachine } from '../compare/machine.ts';
import { median } from '../compare/median.ts';
import { RESULTS_FOLDER } from '../compare/result-line.ts';
import type { ControlFigures, ControlRow, ControlTarget } from './control-row.ts';
import { controlRows } from './control-rows.ts';

export interface ControlBenchOptions {
  readonly rows?: readonly string[];
  readonly rounds?: number;
  readonly seconds?: number;
  readonly quick: boolean;
}

const SERVER_CORES = '0';
const GENERATOR_CORES = '1';
const REVOCATIONS = { full: 200, quick: 20 } as const;
const VERDICTS = { aim: 'reaches the aim', must: 'holds', missed: 'MISSED' } as const;

/** Runs the rows, prints each as it comes, and keeps it; gives the exit code, 1 when a target was missed. */
export async function runControlBench(options: ControlBenchOptions): Promise<number> {
  const rows = controlRows.filter(({ id }) => options.rows?.some((part) => id.includes(part)) ?? true);
  const { kind, ...machine } = describeMachine();
  const base = options.quick ? QUICK_RUN : FULL_RUN;
  const { rounds = base.rounds, seconds = base.seconds } = options;
  const folder = mkdtempSync(join(tmpdir(), 'taciturn-bench-control-'));
  const conditions = {
    certificate: makeBenchCertificate(folder),
    seconds,
    revocations: options.quick ? REVOCATIONS.quick : REVOCATIONS.full,
    serverCores: SERVER_CORES,
    generatorCores: GENERATOR_CORES,
  };
  const run = new Date().toISOString();
  let isGood = true;
  try {
    for (const row of rows) {
      const measured: ControlFigures[] = [];
      for (let round = 0; round < rounds; round += 1) {
        measured.push(await row.measure(conditions));
      }
      const medians = mediansOf(measured);
      console.log(describeControlRow(row, medians));
      isGood &&= row.targets.every((target) => judge(target, medians) !== 'missed');
      if (!options.quick) {
        keep(kind, { run, ...machine, row: row.id, seconds, rounds: measured, medians });
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return isGood ? 0 : 1;
}

function mediansOf(measured: readonly ControlFigures[]): ControlFigures {
  const names = Object.keys(measured[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, median(measured.map((round) => round[name] as number)) ?? 0]));
}

function judge({ figure, isMoreBetter, must, aim }: ControlTarget, medians: ControlFigures): keyof typeof VERDICTS {
  const value = medians[figure] ?? Number.NaN;
  const reaches = (bound: number): boolean => (isMoreBetter ? value >= bound : value <= bound);
  return reaches(aim) ? 'aim' : reaches(must) ? 'must' : 'missed';
}

function describeControlRow(row: ControlRow, medians: ControlFigures): string {
  return [
    `${row.title}  [${row.id}]`,
    ...Object.entries(medians).map(([name, value]) => `  ${name.padEnd(24)} ${formatNumber(value).padStart(10)}`),
    ...row.targets.map((target) => {
      const { figure, must, aim } = target;
      return `  ${VERDICTS[judge(target, medians)]}: ${figure} (must ${formatNumber(must)}, aim ${formatNumber(aim)})`;
    }),
    '',
  ].join('\n');
}

function formatNumber(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : Number(value.toPrecision(3)).toString();
}

/** In a folder of its own: the other results have another shape. */
function keep(machineKind: string, line: object): void {
  const folder = join(RESULTS_FOLDER, 'control');
  mkdirSync(folder, { recursive: true });
  appendFileSync(join(folder, `${machineKind}.jsonl`), `${JSON.stringify(line)}\n`);
}
