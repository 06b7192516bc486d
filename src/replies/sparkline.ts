const levels = '▁▂▃▄▅▆▇█';

/** Where nothing is known. */
const gap = '·';

/** One character for each value, the highest one as high as `most`. */
export function sparkline(values: readonly (number | null)[], most: number): string {
  return values
    .map((value) => {
      if (value === null) return gap;
      const part = most <= 0 ? 0 : Math.min(1, Math.max(0, value) / most);
      return levels[Math.ceil(part * (levels.length - 1))];
    })
    .join('');
}

/** The values in at most `width` stretches of equal length, each as its highest. */
export function squeeze(values: readonly (number | null)[], width: number): (number | null)[] {
  if (values.length <= width) return [...values];
  return Array.from({ length: width }, (_, at) => {
    const from = Math.floor((at * values.length) / width);
    const to = Math.floor(((at + 1) * values.length) / width);
    const known = values.slice(from, to).filter((value) => value !== null);
    return known.length === 0 ? null : Math.max(...known);
  });
}
