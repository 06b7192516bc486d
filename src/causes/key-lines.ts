/** Of a line, characters that are looked at. */
export const maxLooked = 500;
const mostKeyLines = 6;

interface Mark {
  /** Linear: every repetition has a limit. */
  pattern: RegExp;
  /** The higher, the nearer to the cause. */
  weight: number;
  /** Whether the line after it says what happened. */
  andNext?: true;
}

/** How the usual runtimes print what ended them. */
const marks: readonly Mark[] = [
  // Java and what runs on it: the last of the causes is the first thing that went wrong.
  { pattern: /^Caused by: /, weight: 4 },
  { pattern: /^Exception in thread "/, weight: 3 },
  // .NET
  { pattern: /^Unhandled exception[.:]/i, weight: 3 },
  // Go
  { pattern: /^(?:panic|fatal error): /, weight: 3 },
  // Rust, which prints the message in the next line since 1.73
  { pattern: /^thread '[^']{1,80}' (?:\(\d{1,10}\) )?panicked at .{1,300}:$/, weight: 3, andNext: true },
  { pattern: /^thread '[^']{1,80}' panicked at '/, weight: 3 },
  // PHP
  { pattern: /^(?:PHP )?(?:Fatal|Parse) error: /, weight: 3 },
  // Ruby
  { pattern: /:\d{1,6}:in .{1,120}: .{0,400} \([A-Z][\w:]{1,80}\)$/, weight: 3 },
  // Node, Python: `TypeError: …`, `Error [ERR_X]: …`, `psycopg2.OperationalError: …`
  {
    pattern: /^(?:Uncaught )?(?:[a-z_]\w{0,50}\.){0,5}[A-Z]\w{0,80}(?:Error|Exception)(?: \[\w{1,80}\])?: /,
    weight: 3,
  },
  { pattern: /^(?:Uncaught )?Error(?: \[\w{1,80}\])?: /, weight: 3 },
  { pattern: /^\s{0,20}\[cause\]: /, weight: 3 },
  // Out of memory, and what the loader and the shell say
  { pattern: /heap out of memory|OutOfMemoryError|cannot allocate memory|^Killed$/i, weight: 3 },
  { pattern: /address already in use|exec format error|EADDRINUSE/i, weight: 2 },
  { pattern: /error while loading shared libraries|version `GLIBC/, weight: 3 },
  { pattern: /no such file or directory|permission denied|not found$/i, weight: 2 },
  { pattern: /^(?:npm error|npm ERR!|yarn error|error:) /i, weight: 2 },
  { pattern: /\b(?:FATAL|CRITICAL|PANIC)\b|"level":"(?:fatal|error)"|\blevel=(?:fatal|error)\b/, weight: 2 },
  { pattern: /\b[Ee](?:rror|RROR)\b/, weight: 1 },
];

/** Their patterns. */
export const keyMarks: readonly RegExp[] = marks.map(({ pattern }) => pattern);

/** Frames of stack traces say where, not what. */
const frame = /^\s{1,20}(?:at |File "|from |\.\.\. \d)|^goroutine \d|^\t/;

/** What a line that a rule knows is worth, on top of what its mark is. */
const known = 2;

/**
 * Places of the lines that say what went wrong: the nearest to the cause first, at most six.
 * @param isKnown Whether a rule explains the line.
 */
export function keyLines(lines: readonly string[], isKnown: (line: string) => boolean): number[] {
  const found = new Map<number, number>();
  const add = (at: number, weight: number) => found.set(at, Math.max(found.get(at) ?? 0, weight));
  lines.forEach((line, at) => {
    const looked = line.slice(0, maxLooked);
    if (frame.test(looked)) return;
    const mark = marks.find(({ pattern }) => pattern.test(looked));
    const weight = (mark?.weight ?? 0) + (isKnown(looked) ? known : 0);
    if (weight > 0) add(at, weight);
    if (mark?.andNext && lines[at + 1]) add(at + 1, mark.weight + (isKnown(lines[at + 1] ?? '') ? known : 0) + 0.5);
  });
  const ranked = [...found].sort(([one, weight], [other, than]) => than - weight || other - one);
  const texts = new Set<string>();
  const places = ranked.flatMap(([at]) => {
    const text = lines[at] ?? '';
    if (texts.has(text)) return [];
    texts.add(text);
    return [at];
  });
  return places.slice(0, mostKeyLines);
}
