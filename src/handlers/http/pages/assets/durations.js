// As src/units/durations.ts renders durations; a test holds the two together.
const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
];

/** The largest unit that fits, and the one below it. */
function unitsOf(seconds) {
  const at = units.findIndex(([, size]) => seconds >= size);
  return at < 0
    ? [
        ['s', 1],
        ['s', 1],
      ]
    : [units[at], units[at + 1] ?? ['s', 1]];
}

/** `3 min`; the largest unit that fits, rounded down. */
export function formatAge(seconds) {
  const [[unit, size]] = unitsOf(seconds);
  return `${Math.floor(seconds / size)} ${unit}`;
}

/** `41 s`, `2 min 5 s`, `4 h 12 min` of whole seconds. */
export function formatDuration(seconds) {
  const [, [, grain]] = unitsOf(seconds);
  const rounded = Math.round(seconds / grain) * grain;
  const [[unit, size], [smaller, smallerSize]] = unitsOf(rounded);
  const rest = Math.round((rounded % size) / smallerSize);
  return `${Math.floor(rounded / size)} ${unit}${rest > 0 ? ` ${rest} ${smaller}` : ''}`;
}
