import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBenchCertificate } from './bench-certificate.ts';
import { type BenchOptions, FULL_RUN, QUICK_RUN, selectRows } from './bench-options.ts';
import type { BenchRow, ContenderName } from './bench-row.ts';
import { benchTargets } from './bench-targets.ts';
import { describeRow } from './describe-row.ts';
import { fitDescriptors, readDescriptorLimit } from './fit-descriptors.ts';
import { judgeTarget } from './judge-target.ts';
import { describeMachine, type Machine, measureBusyPercent } from './machine.ts';
import { createOwnGenerator } from './own-generator.ts';
import { appendResult, type ResultLine } from './result-line.ts';
import { type RowConditions, type RowMeasurement, runRow, type StartServer } from './run-row.ts';
import type { ServerSettings } from './running-server.ts';
import { findCoturnVersion, startCoturn } from './start-coturn.ts';
import { startFloor } from './start-floor.ts';
import { startTaciturn } from './start-taciturn.ts';
import { createTurnloadGenerator } from './turnload-generator.ts';

/** The server has the first core for itself, and the generator the second one. */
const SERVER_CORE = '0';
const GENERATOR_CORE = '1';
/** A machine that is busier than this before anything was started tells nothing. */
const BUSY_PERCENT_MAX = 5;
const BUSY_SAMPLE_MS = 1_000;

/** Runs the rows, prints each as it comes, and keeps it; gives the exit code, 1 when a target was missed or a packet was wrong. */
export async function runComparison(options: BenchOptions): Promise<number> {
  const rows = selectRows(options);
  const machine = describeMachine();
  const generator = options.generator === undefined ? createOwnGenerator() : createTurnloadGenerator(options.generator);
  await requireMachine(options, machine);
  const base = options.quick ? QUICK_RUN : FULL_RUN;
  const rounds = options.rounds ?? base.rounds;
  const seconds = options.seconds ?? base.seconds;
  const run = new Date().toISOString();
  const folder = mkdtempSync(join(tmpdir(), 'taciturn-bench-tls-'));
  let isGood = true;
  try {
    const start = prepareServers(folder, options);
    for (const row of rows.map((one) => fitDescriptors(one, readDescriptorLimit()))) {
      const contenders = row.contenders.filter((name) => name === 'taciturn' || isAsked(options, name));
      const conditions = { ...base, rounds, seconds, generator, ...placeOnCores(row, machine) };
      const measurement = await runRow(row, contenders, conditions, start);
      const line = describeResult(row, measurement, { run, machine, conditions });
      console.log(describeRow(row, line));
      isGood &&= isGoodLine(line);
      if (!options.quick) {
        appendResult(machine.kind, line);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return isGood ? 0 : 1;
}

/** @throws {Error} when the machine cannot run what is asked for, or has something else to do. */
async function requireMachine(options: BenchOptions, machine: Machine): Promise<void> {
  if (process.platform !== 'linux' || machine.cores < 2) {
    throw new Error('it takes Linux and two cores, one for the server and one for the load generator.');
  }
  if (options.against.includes('coturn') && findCoturnVersion() === undefined) {
    throw new Error(
      'coturn is not installed. Install it with `apt-get install coturn`, or leave out `--against coturn`.',
    );
  }
  const busyPercent = await measureBusyPercent(BUSY_SAMPLE_MS);
  if (busyPercent > BUSY_PERCENT_MAX) {
    const finding = `other programs use ${busyPercent.toFixed(0)} % of the machine`;
    if (!options.busy && !options.quick) {
      throw new Error(
        `${finding}, so its figures would be theirs too. Stop them, or say --busy to measure all the same.`,
      );
    }
    console.error(`bench: ${finding}: take the figures as a rough guess.`);
  }
}

function isAsked(options: BenchOptions, name: ContenderName): boolean {
  return options.against.some((other) => other === name) || (name === 'floor' && options.floor !== undefined);
}

function prepareServers(folder: string, options: BenchOptions): StartServer {
  const certificate = makeBenchCertificate(folder);
  return (name: ContenderName, settings: ServerSettings) => {
    switch (name) {
      case 'taciturn':
        return startTaciturn(settings, certificate);
      case 'coturn':
        return startCoturn(settings, certificate);
      case 'floor':
        return startFloor(settings, options.floor);
    }
  };
}

function placeOnCores(
  { workers }: BenchRow,
  { cores }: Machine,
): Pick<RowConditions, 'serverCores' | 'generatorCores'> {
  const all = `0-${cores - 1}`;
  return workers === 1
    ? { serverCores: SERVER_CORE, generatorCores: GENERATOR_CORE }
    : { serverCores: all, generatorCores: all };
}

function describeResult(
  row: BenchRow,
  measurement: RowMeasurement,
  { run, machine, conditions }: { run: string; machine: Machine; conditions: RowConditions },
): ResultLine {
  const { kind: _, ...host } = machine;
  return {
    run,
    ...host,
    row: row.id,
    plan: row.plan,
    workers: row.workers,
    seconds: conditions.seconds,
    generator: conditions.generator.name,
    ...measurement,
    judgements: benchTargets
      .filter((target) => target.row === row.id)
      .map((target) => judgeTarget(target, measurement.medians))
      .filter((judgement) => judgement !== undefined)
      .map(({ target: { row: _row, ...target }, score, verdict }) => ({ ...target, score, verdict })),
  };
}

/** Every target reached, and no packet of ours wrong. */
function isGoodLine({ judgements, rounds }: ResultLine): boolean {
  return (
    judgements.every(({ verdict }) => verdict !== 'missed') &&
    (rounds.taciturn ?? []).every(({ errorCount = 0 }) => errorCount === 0)
  );
}
