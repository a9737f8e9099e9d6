/** Figures along an axis: what one plot shows. */
export interface Chart {
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly series: readonly ChartSeries[];
}

/** One line of a plot. */
export interface ChartSeries {
  readonly name: string;
  /** Chooses the colour: the first is the one that the eye should find. */
  readonly color: 0 | 1 | 2;
  readonly isDashed: boolean;
  readonly points: readonly ChartPoint[];
}

export interface ChartPoint {
  /** Above 0: the axis is logarithmic. */
  readonly x: number;
  readonly y: number;
}
