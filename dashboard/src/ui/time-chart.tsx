import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { usePreferences } from '../app/preferences.ts';
import { formatMinute } from '../text/format-moment.ts';
import './chart.css';

export interface ChartSeries {
  readonly name: string;
  /** The custom property of tokens.css that holds its colour. */
  readonly color: string;
  readonly values: readonly (number | null)[];
  readonly isDashed?: boolean;
}

interface TimeChartProps {
  readonly title: string;
  /** Seconds since 1970, ascending. */
  readonly times: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly format: (value: number) => string;
  readonly height?: number;
}

/** Where the axis ends when there is nothing to show. */
const EMPTY_TOP = 1_000;

/** Values over time. What it shows is in the table or the figures beside it, too, for those who do not see it. */
export function TimeChart(props: TimeChartProps) {
  const { title, times, series, height = 200 } = props;
  const frame = useRef<HTMLDivElement>(null);
  const { theme, zone } = usePreferences();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chart reads the colours of the theme when it is made.
  useEffect(() => {
    const element = frame.current;
    if (element === null) {
      return undefined;
    }
    const chart = new uPlot(describeChart(props, element, zone), toData(times, series), element);
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [props, times, series, height, zone, theme]);
  return (
    <figure className="chart">
      <figcaption className="chart-legend small">
        <span className="visually-hidden">{title}</span>
        {series.map(({ name, color, isDashed = false }) => (
          <span key={name} className="row">
            <svg width="14" height="4" aria-hidden="true">
              <line
                x1="0"
                y1="2"
                x2="14"
                y2="2"
                stroke={`var(${color})`}
                strokeWidth="2"
                strokeDasharray={isDashed ? '3 3' : undefined}
              />
            </svg>
            {name}
          </span>
        ))}
      </figcaption>
      <div ref={frame} className="chart-frame" />
    </figure>
  );
}

function toData(times: readonly number[], series: readonly ChartSeries[]): uPlot.AlignedData {
  return [[...times], ...series.map(({ values }) => [...values])] as uPlot.AlignedData;
}

function describeChart(
  { times, series, format, height = 200 }: TimeChartProps,
  element: HTMLElement,
  zone: 'local' | 'utc',
): uPlot.Options {
  const style = getComputedStyle(element);
  const colorOf = (name: string): string => style.getPropertyValue(name).trim();
  const isWithinDay = (times.at(-1) ?? 0) - (times[0] ?? 0) <= 86_400;
  const axis = {
    stroke: colorOf('--ink-soft'),
    font: `12px ${style.fontFamily}`,
    ticks: { show: false },
  };
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { y: false, points: { size: 6 } },
    tzDate: (seconds) =>
      zone === 'utc' ? uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC') : new Date(seconds * 1000),
    scales: { y: { range: (_chart, _min, max) => [0, max > 0 ? max * 1.1 : EMPTY_TOP] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 90,
        size: 28,
        values: (_chart, splits) =>
          splits.map((at) => {
            const text = formatMinute(new Date(at * 1000), zone, isWithinDay);
            return isWithinDay ? text : text.slice(5, 10);
          }),
      },
      {
        ...axis,
        grid: { stroke: colorOf('--line'), width: 1 },
        size: 88,
        space: 48,
        values: (_chart, splits) => splits.map(format),
      },
    ],
    series: [
      {},
      ...series.map(({ name, color, isDashed = false }, i) => ({
        label: name,
        stroke: colorOf(color),
        width: 1.5,
        points: { show: times.length < 3 },
        ...(isDashed ? { dash: [4, 4] } : {}),
        ...(i === 0 && !isDashed ? { fill: colorOf('--accent-wash') } : {}),
      })),
    ],
  };
}
