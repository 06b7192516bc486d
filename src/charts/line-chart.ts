import type { ChartTile } from './chart.ts';

/** In the order in which lines take them. */
export const lineColors = ['good', 'blue', 'warning', 'violet', 'bad'] as const;

export interface ChartLine {
  name: string;
  color: (typeof lineColors)[number];
  /** One for each label; null where nothing is known, which leaves a gap. */
  values: (number | null)[];
}

/** Lines over the same times as those of the other panels. */
export interface LinePanel {
  title: string;
  lines: ChartLine[];
  /** Drawn across, if it is not far above the lines. */
  limit?: number | undefined;
  /** Whether the axis counts in powers of 1024, as memory is counted. */
  binary: boolean;
  show(value: number): string;
}

/** What a picture shows: tiles above two panels of lines. */
export interface LineChart {
  title: string;
  subtitle: string;
  tiles: ChartTile[];
  /** Of the points of every line, oldest first. */
  labels: string[];
  panels: LinePanel[];
}
