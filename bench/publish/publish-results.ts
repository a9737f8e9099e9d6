import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/bootstrap/root.mjs';
import {
  latestByRow,
  type MachineResults,
  RESULTS_FOLDER,
  type ResultLine,
  readResults,
} from '../compare/result-line.ts';
import type { Chart } from './chart.ts';
import { chartAllocations, chartRates } from './cost-charts.ts';
import { renderChart } from './render-chart.ts';
import { replaceBetweenMarkers } from './replace-between-markers.ts';
import { writeRowTable, writeTargetTable } from './results-table.ts';

const README = join(root, 'bench/README.md');

/** Writes the newest figures of every kind of machine into bench/README.md, and the plots beside the results; gives the exit code. */
export function publishResults(): number {
  const results = readResults();
  if (results.length === 0) {
    console.error('bench: there are no results yet. Make some: npm run bench -- --against coturn');
    return 1;
  }
  const sections = results.map(publishMachine);
  writeFileSync(README, replaceBetweenMarkers(readFileSync(README, 'utf8'), sections.join('\n\n')));
  console.log('bench/README.md and its plots are written.');
  return 0;
}

function publishMachine({ machineKind, lines }: MachineResults): string {
  const latest = latestByRow(lines);
  return [
    `### ${machineKind}`,
    describeConditions([...latest.values()]),
    '**What must hold**',
    writeTargetTable(latest),
    '**Every row**: the median of the rounds, and half the distance between the farthest two',
    writeRowTable(latest),
    ...[
      { name: `${machineKind}-allocations.svg`, chart: chartAllocations(latest) },
      { name: `${machineKind}-rate.svg`, chart: chartRates(latest) },
    ].flatMap(publishChart),
  ].join('\n\n');
}

function publishChart({ name, chart }: { readonly name: string; readonly chart: Chart }): readonly string[] {
  if (chart.series.length === 0) {
    return [];
  }
  writeFileSync(join(RESULTS_FOLDER, name), renderChart(chart));
  return [`![${chart.title}](results/${name})`];
}

/** Under what the figures came about. Rows of several runs may stand beside each other: then all of them are named. */
function describeConditions(lines: readonly ResultLine[]): string {
  const list = (values: readonly (string | number | undefined)[]): string =>
    [...new Set(values.filter((value) => value !== undefined && value !== ''))].join(', ');
  const others = lines.flatMap(({ medians }) => Object.values(medians).map((figures) => figures.othersCpuPercent ?? 0));
  return [
    `- ${list(lines.map(({ cpu, cores }) => `${cpu}, ${cores} cores`))}; ${list(lines.map(({ kernel }) => kernel))}`,
    `- Taciturn at ${list(lines.map(({ commit }) => commit))}, Node ${list(lines.map(({ node }) => node))}, datagrams by ${list(lines.map(({ contenders }) => contenders.taciturn))}; coturn ${list(lines.map(({ contenders }) => contenders.coturn)) || 'was not measured'}`,
    `- load by \`${list(lines.map(({ generator }) => generator))}\`, measured on ${list(lines.map(({ run }) => run.slice(0, 10)))}, rounds of ${list(lines.map(({ seconds }) => seconds))} s`,
    `- other programs used ${Math.max(0, ...others).toFixed(1)} % of a core in the worst row`,
  ].join('\n');
}
