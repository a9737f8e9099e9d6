import { appendFileSync, globSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { root } from '../../scripts/bootstrap/root.mjs';
import type { ContenderName } from './bench-row.ts';
import type { BenchTarget } from './bench-targets.ts';
import type { Figures } from './figures.ts';
import type { Verdict } from './judge-target.ts';
import type { LoadPlan } from './load-plan.ts';
import type { Machine } from './machine.ts';

/** One row of one run, as it is kept: a line of JSON. */
export interface ResultLine extends Omit<Machine, 'kind'> {
  /** When the run began, ISO 8601; all its lines have the same. */
  readonly run: string;
  readonly row: string;
  readonly plan: LoadPlan;
  readonly workers: number;
  /** Seconds of each round. */
  readonly seconds: number;
  readonly generator: string;
  /** Of each contender: a version, or how it reads its sockets. */
  readonly contenders: Readonly<Partial<Record<ContenderName, string>>>;
  readonly rounds: Readonly<Partial<Record<ContenderName, readonly Figures[]>>>;
  readonly medians: Readonly<Partial<Record<ContenderName, Figures>>>;
  readonly judgements: readonly ResultJudgement[];
}

export interface ResultJudgement extends Omit<BenchTarget, 'row'> {
  readonly score: number;
  readonly verdict: Verdict;
}

/** The results of one kind of machine. */
export interface MachineResults {
  readonly machineKind: string;
  /** In the order in which they were measured. */
  readonly lines: readonly ResultLine[];
}

export const RESULTS_FOLDER = join(root, 'bench/results');

/** Adds a line to the results of a kind of machine. */
export function appendResult(machineKind: string, line: ResultLine, folder: string = RESULTS_FOLDER): void {
  const file = join(folder, `${machineKind}.jsonl`);
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}

/** @throws {Error} naming the file and the line that is no JSON. */
export function readResults(folder: string = RESULTS_FOLDER): readonly MachineResults[] {
  return globSync('*.jsonl', { cwd: folder })
    .sort()
    .map((file) => ({
      machineKind: basename(file, '.jsonl'),
      lines: parseResults(readFileSync(join(folder, file), 'utf8'), file),
    }));
}

function parseResults(text: string, file: string): readonly ResultLine[] {
  return text
    .split('\n')
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line !== '')
    .map(({ line, number }) => {
      try {
        return JSON.parse(line) as ResultLine;
      } catch (error) {
        throw new Error(`bench/results/${file}:${number} is no JSON: restore the line, or remove it`, { cause: error });
      }
    });
}

/** The last line of each row: a run of some rows takes the place of these, and leaves the others. */
export function latestByRow(lines: readonly ResultLine[]): ReadonlyMap<string, ResultLine> {
  return new Map(lines.map((line) => [line.row, line]));
}
