/** Everything that one measurement may tell, in the order in which it is written down. */
export const FIGURE_NAMES = [
  'cpuUsPerPacket',
  'deliveredPerSecond',
  'lossPercent',
  'latencyP50Us',
  'latencyP99Us',
  'allocationsPerSecond',
  'memoryPerAllocationBytes',
  'allocations',
  'errorCount',
  'generatorCpuPercent',
  'othersCpuPercent',
] as const;

export type FigureName = (typeof FIGURE_NAMES)[number];

/** What one measurement told; what it did not measure is missing. Percentages of CPU are of one core. */
export type Figures = Readonly<Partial<Record<FigureName, number>>>;

/** The figures that have a value. */
export function pickFigures(figures: Readonly<Partial<Record<FigureName, number | undefined>>>): Figures {
  return Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined));
}

/** Of these, more is better; of the others, less. */
const MORE_IS_BETTER: ReadonlySet<FigureName> = new Set(['deliveredPerSecond', 'allocationsPerSecond']);

export function isMoreBetter(figure: FigureName): boolean {
  return MORE_IS_BETTER.has(figure);
}

/** What a person reads above a column of the figure. */
export const FIGURE_TITLES: Readonly<Record<FigureName, string>> = {
  cpuUsPerPacket: 'CPU per packet, µs',
  deliveredPerSecond: 'delivered packets/s',
  lossPercent: 'lost, %',
  latencyP50Us: 'latency p50, µs',
  latencyP99Us: 'latency p99, µs',
  allocationsPerSecond: 'allocate cycles/s',
  memoryPerAllocationBytes: 'memory per allocation, KiB',
  allocations: 'allocations',
  errorCount: 'errors',
  generatorCpuPercent: "generator's CPU, %",
  othersCpuPercent: "others' CPU, %",
};

/** A figure as it stands in a table: three digits that mean something, bytes as KiB. */
export function formatFigure(figure: FigureName, value: number): string {
  if (figure === 'memoryPerAllocationBytes') {
    return (value / 1024).toFixed(1);
  }
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : Number(value.toPrecision(3)).toString();
}
