import type { BenchRow, ContenderName } from '../compare/bench-row.ts';
import { benchRows } from '../compare/bench-rows.ts';
import { type BenchTarget, benchTargets } from '../compare/bench-targets.ts';
import { FIGURE_TITLES, type FigureName, formatFigure } from '../compare/figures.ts';
import type { Verdict } from '../compare/judge-target.ts';
import { spreadPercent, valuesOf } from '../compare/median.ts';
import type { ResultLine } from '../compare/result-line.ts';
import { OTHERS_CPU_PERCENT_MAX } from '../compare/run-row.ts';

type Lines = ReadonlyMap<string, ResultLine>;

const NOTHING = '–';
const CONTENDERS: readonly ContenderName[] = ['taciturn', 'coturn', 'floor'];
const VERDICTS: Readonly<Record<Verdict, string>> = { aim: '✓ aim', must: '✓', missed: '✗ missed' };

/** Every target with what it was compared with, and whether it holds, as a table in Markdown. */
export function writeTargetTable(lines: Lines): string {
  return writeTable(
    ['row', 'figure', 'Taciturn', 'against', 'ratio', 'must', 'aim', ''],
    benchTargets.map((target) => describeTarget(target, lines.get(target.row))),
  );
}

/** Every row that was measured: medians, and how far the rounds lie apart. */
export function writeRowTable(lines: Lines): string {
  return writeTable(
    ['row', 'figure', 'Taciturn', 'coturn', 'bare forwarder'],
    benchRows.flatMap((row) => describeRow(row, lines.get(row.id))),
  );
}

function describeTarget(target: BenchTarget, line: ResultLine | undefined): readonly string[] {
  const { row, figure, against, must, aim } = target;
  const judgement = line?.judgements.find((one) => one.figure === figure && one.against === against);
  const isRatio = against !== 'nothing';
  const format = (value: number): string => (isRatio ? value.toFixed(2) : formatFigure(figure, value));
  return [
    benchRows.find(({ id }) => id === row)?.title ?? row,
    FIGURE_TITLES[figure],
    formatMedian(line, 'taciturn', figure),
    isRatio ? `${against === 'floor' ? 'bare forwarder' : against} ${formatMedian(line, against, figure)}` : '',
    judgement === undefined ? NOTHING : isRatio ? format(judgement.score) : '',
    format(must),
    format(aim),
    judgement === undefined
      ? 'not measured'
      : `${VERDICTS[judgement.verdict]}${isDisturbed(line) ? ', disturbed' : ''}`,
  ];
}

/** Whether other programs used so much that the row says little. */
function isDisturbed(line: ResultLine | undefined): boolean {
  return Object.values(line?.medians ?? {}).some(
    ({ othersCpuPercent = 0 }) => othersCpuPercent > OTHERS_CPU_PERCENT_MAX,
  );
}

function describeRow(row: BenchRow, line: ResultLine | undefined): readonly (readonly string[])[] {
  return line === undefined
    ? []
    : row.figures.map((figure, index) => [
        index === 0 ? row.title : '',
        FIGURE_TITLES[figure],
        ...CONTENDERS.map((name) => formatWithSpread(line, name, figure)),
      ]);
}

function formatMedian(line: ResultLine | undefined, name: ContenderName, figure: FigureName): string {
  const value = line?.medians[name]?.[figure];
  return value === undefined ? NOTHING : formatFigure(figure, value);
}

function formatWithSpread(line: ResultLine, name: ContenderName, figure: FigureName): string {
  const values = valuesOf(line.rounds[name] ?? [], figure);
  const spread = spreadPercent(values);
  const isCertain = spread === undefined || values.length < 2;
  return `${formatMedian(line, name, figure)}${isCertain ? '' : ` ± ${(spread / 2).toFixed(0)} %`}`;
}

function writeTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const write = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [write(head), `|${'---|'.repeat(head.length)}`, ...rows.map(write)].join('\n');
}
