import type { Chart, ChartPoint, ChartSeries } from './chart.ts';

const WIDTH = 790;
const HEIGHT = 420;
const PLOT = { left: 64, right: 590, top: 56, bottom: 364 } as const;
const LABEL_GAP = 17;
/** Grid lines across, about. */
const Y_STEPS = 5;

/** Both schemes have their own background, so that the plot is readable wherever it is embedded. */
const STYLE = `
  .back { fill: #ffffff } .text { fill: #1f2328 } .soft { fill: #59636e } .grid { stroke: #d9dee3 } .axis { stroke: #818b98 }
  .s0 { stroke: #0969da } .s1 { stroke: #bc4c00 } .s2 { stroke: #6e7781 } .f0 { fill: #0969da } .f1 { fill: #bc4c00 } .f2 { fill: #59636e }
  text { font: 13px system-ui, sans-serif } .title { font-size: 16px; font-weight: 600 }
  .line { fill: none; stroke-width: 2.25; stroke-linejoin: round } .dashed { stroke-dasharray: 6 5 }
  @media (prefers-color-scheme: dark) {
    .back { fill: #0d1117 } .text { fill: #e6edf3 } .soft { fill: #9198a1 } .grid { stroke: #262c36 } .axis { stroke: #656c76 }
    .s0 { stroke: #4493f8 } .s1 { stroke: #f0883e } .s2 { stroke: #9198a1 } .f0 { fill: #4493f8 } .f1 { fill: #f0883e } .f2 { fill: #9198a1 }
  }`;

/** From a point of the chart to one of the picture. */
interface Scale {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/** The plot as SVG: a logarithmic axis to the right, a linear one from 0 upwards, each line named at its end. */
export function renderChart(chart: Chart): string {
  const points = chart.series.flatMap(({ points: own }) => own);
  const xs = [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b);
  const yStep = chooseStep(Math.max(0, ...points.map(({ y }) => y)));
  const yMax = yStep * Math.max(1, Math.ceil(Math.max(0, ...points.map(({ y }) => y)) / yStep));
  const scale = { x: scaleLogarithmic(xs), y: (value: number) => interpolate(PLOT.bottom, PLOT.top, value / yMax) };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">`,
    `<title>${escapeXml(chart.title)}</title>`,
    `<style>${STYLE}\n</style>`,
    `<rect class="back" width="${WIDTH}" height="${HEIGHT}" rx="6"/>`,
    writeText('text title', PLOT.left, 26, chart.title),
    writeText('soft', PLOT.left, 45, chart.yTitle),
    ...drawYAxis(scale, yStep, yMax),
    ...drawXAxis(scale, xs, chart.xTitle),
    ...chart.series.flatMap((series) => drawSeries(scale, series)),
    ...drawLabels(scale, chart.series),
    '</svg>',
    '',
  ].join('\n');
}

/** A step of 1, 2 or 5 times a power of ten, so that about `Y_STEPS` of them reach the top. */
function chooseStep(top: number): number {
  const rough = top > 0 ? top / Y_STEPS : 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
}

function scaleLogarithmic(xs: readonly number[]): (value: number) => number {
  const low = Math.log10(xs[0] ?? 1);
  const high = Math.log10(xs.at(-1) ?? 10);
  return (value) =>
    high === low
      ? (PLOT.left + PLOT.right) / 2
      : interpolate(PLOT.left, PLOT.right, (Math.log10(value) - low) / (high - low));
}

function drawYAxis({ y }: Scale, step: number, max: number): readonly string[] {
  const values = Array.from({ length: Math.round(max / step) + 1 }, (_, i) => i * step);
  return values.flatMap((value) => [
    `<line class="${value === 0 ? 'axis' : 'grid'}" x1="${PLOT.left}" x2="${PLOT.right}" y1="${round(y(value))}" y2="${round(y(value))}"/>`,
    writeText('soft', PLOT.left - 8, y(value) + 4.5, formatNumber(value), 'end'),
  ]);
}

function drawXAxis({ x }: Scale, xs: readonly number[], title: string): readonly string[] {
  return [
    ...chooseTicks(x, xs).flatMap((value) => [
      `<line class="axis" x1="${round(x(value))}" x2="${round(x(value))}" y1="${PLOT.bottom}" y2="${PLOT.bottom + 5}"/>`,
      writeText('soft', x(value), PLOT.bottom + 20, formatNumber(value), 'middle'),
    ]),
    writeText('soft', (PLOT.left + PLOT.right) / 2, PLOT.bottom + 42, title, 'middle'),
  ];
}

/** Those values that are round, and whose labels do not run into the one before. */
function chooseTicks(x: (value: number) => number, xs: readonly number[]): readonly number[] {
  const chosen: number[] = [];
  for (const value of xs.filter((one) => /^[125]0*$/.test(String(one)))) {
    const last = chosen.at(-1);
    if (last === undefined || x(value) - x(last) >= 44) {
      chosen.push(value);
    }
  }
  return chosen;
}

function drawSeries(scale: Scale, { color, isDashed, points }: ChartSeries): readonly string[] {
  const path = points.map((point) => `${round(scale.x(point.x))},${round(scale.y(point.y))}`).join(' ');
  return [
    `<polyline class="line s${color}${isDashed ? ' dashed' : ''}" points="${path}"/>`,
    ...points.map(
      (point) => `<circle class="f${color}" cx="${round(scale.x(point.x))}" cy="${round(scale.y(point.y))}" r="3.5"/>`,
    ),
  ];
}

/** The lines' names at their ends, moved apart where they would cover each other. */
function drawLabels(scale: Scale, series: readonly ChartSeries[]): readonly string[] {
  const ends = series
    .filter(({ points }) => points.length > 0)
    .map(({ name, color, points }) => ({ name, color, y: scale.y((points.at(-1) as ChartPoint).y) }))
    .sort((a, b) => a.y - b.y);
  let free = Number.NEGATIVE_INFINITY;
  const placed = ends.map((end) => {
    const y = Math.max(end.y, free);
    free = y + LABEL_GAP;
    return { ...end, y };
  });
  // What was pushed below the plot moves back up, and those above it with it.
  let limit: number = PLOT.bottom;
  for (const label of placed.toReversed()) {
    label.y = Math.min(label.y, limit);
    limit = label.y - LABEL_GAP;
  }
  return placed.map(({ name, color, y }) => writeText(`f${color}`, PLOT.right + 12, y + 4.5, name));
}

function writeText(style: string, x: number, y: number, text: string, anchor = 'start'): string {
  return `<text class="${style}" x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escapeXml(text)}</text>`;
}

function interpolate(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function formatNumber(value: number): string {
  return Number(value.toPrecision(4)).toLocaleString('en-US');
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
