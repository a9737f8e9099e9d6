import type { BenchRow, ContenderName } from './bench-row.ts';
import { FIGURE_TITLES, type FigureName, formatFigure } from './figures.ts';
import { spreadPercent, valuesOf } from './median.ts';
import type { ResultJudgement, ResultLine } from './result-line.ts';
import { OTHERS_CPU_PERCENT_MAX } from './run-row.ts';

const VERDICTS = { aim: 'reaches the aim', must: 'holds', missed: 'MISSED' } as const;

/** One row as the terminal shows it: each contender's median with the spread of its rounds, the ratios, the verdicts. */
export function describeRow(row: BenchRow, line: ResultLine): string {
  const names = Object.keys(line.rounds) as ContenderName[];
  return [
    `${row.title}  [${row.id}]`,
    ...row.figures.flatMap((figure) => names.map((name) => describeContender(line, figure, name))),
    ...line.judgements.map(describeJudgement),
    ...names.flatMap((name) => describeTrouble(line, name)),
    '',
  ].join('\n');
}

function describeContender(line: ResultLine, figure: FigureName, name: ContenderName): string {
  const value = line.medians[name]?.[figure];
  const spread = spreadPercent(valuesOf(line.rounds[name] ?? [], figure));
  const ours = line.medians.taciturn?.[figure];
  const columns = [
    FIGURE_TITLES[figure].padEnd(28),
    name.padEnd(9),
    (value === undefined ? '–' : formatFigure(figure, value)).padStart(10),
    (spread === undefined ? '' : `± ${(spread / 2).toFixed(0)} %`).padStart(8),
  ];
  const ratio =
    name === 'taciturn' || ours === undefined || !value ? '' : `  ours is ${(ours / value).toFixed(2)} of it`;
  return `  ${columns.join(' ')}${ratio}`;
}

function describeJudgement({ figure, against, score, must, aim, verdict }: ResultJudgement): string {
  const format = (value: number): string => (against === 'nothing' ? formatFigure(figure, value) : value.toFixed(2));
  const what = against === 'nothing' ? FIGURE_TITLES[figure] : `${FIGURE_TITLES[figure]} against ${against}`;
  return `  ${VERDICTS[verdict]}: ${what} ${format(score)} (must ${format(must)}, aim ${format(aim)})`;
}

/** What makes a row worth less: wrong packets, a generator that was the slower one, others on the machine. */
function describeTrouble(line: ResultLine, name: ContenderName): readonly string[] {
  const { errorCount = 0, generatorCpuPercent = 0, othersCpuPercent = 0 } = line.medians[name] ?? {};
  // In an open loop, steady or searching, a generator spins so as not to be late.
  const isSaturating = line.plan.kind === 'traffic' && line.plan.pace.kind === 'window';
  return [
    ...(errorCount > 0 ? [`  ${name}: ${formatFigure('errorCount', errorCount)} wrong packets`] : []),
    ...(isSaturating && generatorCpuPercent > 97
      ? [`  ${name}: the generator had no CPU left, so the server may not have been saturated`]
      : []),
    ...(othersCpuPercent > OTHERS_CPU_PERCENT_MAX
      ? [`  ${name}: others used ${formatFigure('othersCpuPercent', othersCpuPercent)} % of a core`]
      : []),
  ];
}
