/** An application that listens where nobody looks for it, by the probe; more time will not help. */
export interface Misdirected {
  kind: 'loopback' | 'elsewhere';
  /** What the probe printed. */
  text: string;
  /** By the monotonic clock, milliseconds. */
  since: number;
}

const kinds: [Misdirected['kind'], RegExp][] = [
  ['loopback', /^port \d{1,5} listens on \S{1,50} only: bind 0\.0\.0\.0$/],
  ['elsewhere', /^nothing listens on port \d{1,5}; the container listens on \d/],
];

/** @param check What the last failed check printed; undefined when there is none yet, which tells nothing new. */
export function misdirectedBy(
  check: string | undefined,
  before: Misdirected | undefined,
  now: number,
): Misdirected | undefined {
  if (check === undefined) return before;
  const [kind] = kinds.find(([, pattern]) => pattern.test(check)) ?? [];
  return kind && { kind, text: check, since: before?.kind === kind ? before.since : now };
}

/** On loopback only it is given up after a twelfth of the time, on other ports after half: a debugger may be first. */
export function isGivenUp({ kind, since }: Misdirected, startMs: number, now: number): boolean {
  return now - since > givenUpAfter(kind, startMs);
}

/** As part of the time that an application has until it listens, milliseconds. */
export function givenUpAfter(kind: Misdirected['kind'], startMs: number): number {
  return startMs / (kind === 'loopback' ? 12 : 2);
}
