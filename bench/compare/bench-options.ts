import { InvalidArgumentError, Option } from 'commander';
import type { BenchRow, ContenderName } from './bench-row.ts';
import { benchRows } from './bench-rows.ts';

/** What the command line asks for. */
export interface BenchOptions {
  readonly against: readonly Exclude<ContenderName, 'taciturn'>[];
  readonly rows?: readonly string[];
  readonly rounds?: number;
  readonly seconds?: number;
  readonly workers?: number;
  readonly quick: boolean;
  readonly floor?: string;
  readonly generator?: string;
  readonly publish: boolean;
  readonly busy: boolean;
}

/** What holds where the command line says nothing: for figures that are kept, and for a quick look. */
export const FULL_RUN = { rounds: 5, seconds: 4, warmUpSeconds: 2 } as const;
export const QUICK_RUN = { rounds: 1, seconds: 1, warmUpSeconds: 0.5 } as const;

export function listBenchOptions(): readonly Option[] {
  return [
    new Option('--against <servers...>', 'who else runs, in turn with Taciturn: coturn, floor')
      .choices(['coturn', 'floor'])
      .default([]),
    new Option('--rows <parts...>', 'rows whose name contains one of these: udp-100, tls, memory'),
    new Option('--rounds <number>', `rounds of each row (${FULL_RUN.rounds})`).argParser(parsePositiveInteger),
    new Option('--seconds <number>', `seconds of each round (${FULL_RUN.seconds})`).argParser(parsePositive),
    new Option('--workers <number>', 'worker threads in every row').argParser(parsePositiveInteger),
    new Option('--quick', 'one short round, to see that it works; nothing is kept').default(false),
    new Option('--floor <command>', 'another forwarder than bench/floor; --listen and --peer are added'),
    new Option('--generator <program>', "turnload's path: load by an independent generator"),
    new Option('--publish', 'write bench/README.md and the plots from the results, and measure nothing').default(false),
    new Option('--busy', 'measure although other programs use the machine').default(false),
  ];
}

/**
 * The rows that are named so, or whose name contains one of the parts, with as many workers as asked for.
 * @throws {Error} naming a part that no row contains, so that a misspelt one does not pass
 */
export function selectRows({ rows, workers }: Pick<BenchOptions, 'rows' | 'workers'>): readonly BenchRow[] {
  const lost = rows?.find((part) => !benchRows.some(({ id }) => id.includes(part)));
  if (lost !== undefined) {
    throw new Error(`no row is named like ${lost}. These are there: ${benchRows.map(({ id }) => id).join(', ')}`);
  }
  // `steady-10000` is one row, although the name of another begins with it.
  const isNamed = (id: string, part: string): boolean =>
    benchRows.some((row) => row.id === part) ? id === part : id.includes(part);
  return benchRows
    .filter(({ id }) => rows === undefined || rows.some((part) => isNamed(id, part)))
    .map((row) => (workers === undefined ? row : { ...row, workers }));
}

function parsePositive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) {
    throw new InvalidArgumentError('It takes a number above 0.');
  }
  return value;
}

function parsePositiveInteger(text: string): number {
  const value = parsePositive(text);
  if (!Number.isInteger(value)) {
    throw new InvalidArgumentError('It takes a whole number.');
  }
  return value;
}
