/** A number above the bars. */
export interface ChartTile {
  label: string;
  /** Short: `34 min`, `95 %`. */
  value: string;
  /** How it compares, e.g. `was 51 min`. */
  note: string;
  /** Whether the change is for the better. */
  trend: 'better' | 'worse' | 'same';
}

/** One bar of stacked parts. */
export interface ChartBar {
  label: string;
  /** As many as there are series, none negative. */
  parts: number[];
}

/** What a picture shows: tiles above bars. */
export interface Chart {
  title: string;
  subtitle: string;
  tiles: ChartTile[];
  /** From the bottom of each bar up. */
  series: { name: string; color: 'good' | 'warning' | 'bad' }[];
  bars: ChartBar[];
  /** Number of last bars that belong to the period; earlier ones are paler. */
  emphasised: number;
}
