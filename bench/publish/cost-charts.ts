import type { ContenderName } from '../compare/bench-row.ts';
import { ALLOCATION_STEPS, RATE_STEPS, saturationRowId, steadyRowId } from '../compare/bench-rows.ts';
import type { ResultLine } from '../compare/result-line.ts';
import type { Chart, ChartPoint, ChartSeries } from './chart.ts';

type Lines = ReadonlyMap<string, ResultLine>;

const CONTENDERS = [
  { name: 'taciturn', title: 'Taciturn', color: 0 },
  { name: 'coturn', title: 'coturn', color: 1 },
  { name: 'floor', title: 'bare forwarder', color: 2 },
] as const;

/** Cost against the number of allocations, each direction a line. */
export function chartAllocations(lines: Lines): Chart {
  return {
    title: 'Cost of a packet, by the number of allocations',
    xTitle: 'allocations, each sending 160 bytes in turn; server saturated',
    yTitle: 'CPU per packet, µs',
    series: CONTENDERS.flatMap(({ name, title, color }) =>
      (['up', 'down'] as const).map((direction) => ({
        name: `${title}, ${direction === 'up' ? 'to peer' : 'to client'}`,
        color,
        isDashed: direction === 'down',
        points: ALLOCATION_STEPS.flatMap((x) => costAt(lines, saturationRowId(x, direction), name, x)),
      })),
    ).filter(hasPoints),
  };
}

/** Cost against the rate, up to the point where the server is saturated. */
export function chartRates(lines: Lines): Chart {
  return {
    title: 'Cost of a packet, by the rate',
    xTitle: 'packets/s, 160 bytes, over 100 allocations, both ways; the last point is saturation',
    yTitle: 'CPU per packet, µs',
    series: CONTENDERS.map(({ name, title, color }) => ({
      name: title,
      color,
      isDashed: false,
      points: [
        ...RATE_STEPS.flatMap((x) => costAt(lines, steadyRowId(x), name, x)).filter((point) =>
          isCarried(lines, name, point),
        ),
        ...saturationOf(lines, name),
      ].sort((a, b) => a.x - b.x),
    })).filter(hasPoints),
  };
}

function costAt(lines: Lines, row: string, name: ContenderName, x: number): readonly ChartPoint[] {
  const y = lines.get(row)?.medians[name]?.cpuUsPerPacket;
  return y === undefined ? [] : [{ x, y }];
}

/** A rate of which much is lost is not one that the server carries. */
function isCarried(lines: Lines, name: ContenderName, { x }: ChartPoint): boolean {
  return (lines.get(steadyRowId(x))?.medians[name]?.lossPercent ?? 0) < 5;
}

/** One worker, both ways, as fast as it goes. */
function saturationOf(lines: Lines, name: ContenderName): readonly ChartPoint[] {
  const { deliveredPerSecond: x, cpuUsPerPacket: y } = lines.get('workers-1')?.medians[name] ?? {};
  return x === undefined || y === undefined ? [] : [{ x, y }];
}

function hasPoints({ points }: ChartSeries): boolean {
  return points.length > 0;
}
