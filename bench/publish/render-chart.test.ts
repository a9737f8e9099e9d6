import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Chart } from './chart.ts';
import { renderChart } from './render-chart.ts';

const CHART: Chart = {
  title: 'Cost & <rate>',
  xTitle: 'packets/s',
  yTitle: 'µs',
  series: [
    {
      name: 'ours',
      color: 0,
      isDashed: false,
      points: [
        { x: 1, y: 5 },
        { x: 100, y: 10 },
      ],
    },
    { name: 'theirs', color: 1, isDashed: true, points: [{ x: 10, y: 9.9 }] },
  ],
};

test('points stand where their values belong: right logarithmic, up linear from 0', () => {
  const svg = renderChart(CHART);
  assert.match(svg, /<polyline class="line s0" points="64,210 590,56"\/>/);
  assert.match(svg, /<polyline class="line s1 dashed" points="327,59\.1"\/>/);
  assert.equal(svg.match(/<circle/g)?.length, 3);
});

test('names at the ends of lines do not cover each other', () => {
  const ys = [...renderChart(CHART).matchAll(/<text class="f\d" x="602" y="([\d.]+)"/g)].map(([, y]) => Number(y));
  assert.deepEqual(ys, [60.5, 77.5]);
});

test('text is escaped, and both colour schemes are there', () => {
  const svg = renderChart(CHART);
  assert.match(svg, /<title>Cost &#38; &#60;rate&#62;<\/title>/);
  assert.match(svg, /prefers-color-scheme: dark/);
  assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
});

test('a chart of one point, and one of none, are drawn', () => {
  for (const points of [[{ x: 5, y: 0 }], []]) {
    const svg = renderChart({ ...CHART, series: [{ name: 'one', color: 2, isDashed: false, points }] });
    assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
  }
});
