/**
 * A dark card with a light rim: it stands out from white and from dark themes alike, and everything on it keeps a contrast
 * of at least 4.5 to 1 whatever is around it. Blue-green, yellow and orange-red are told apart by colour-blind people too. Blue and violet are
 * for more lines than three.
 */
export const palette = {
  card: '#22272e',
  rim: '#57606a',
  tile: '#2d333b',
  text: '#f0f3f6',
  quiet: '#adbac7',
  grid: '#444c56',
  good: '#3ecf9b',
  warning: '#f2cc60',
  bad: '#ff7b5c',
  blue: '#6cb6ff',
  violet: '#dcbdfb',
} as const;
