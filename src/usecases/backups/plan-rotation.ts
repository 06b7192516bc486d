/** What a rotation looks at. */
export interface Kept {
  id: string;
  type: 'full' | 'incremental' | 'snapshot';
  createdAt: Date;
  verified: boolean;
}

const days = 7;
const weeks = 4;
const day = 24 * 60 * 60_000;

/**
 * Which good backups of a database may go: all but the newest of each of the last seven days and four weeks that have
 * one, a full one of a week before others; never the newest, never the newest verified, and none of the last 24 hours.
 * Days and weeks, which begin on Monday, are those of UTC.
 */
export function planRotation(good: readonly Kept[], now = new Date()): string[] {
  const newestFirst = [...good].sort((one, other) => other.createdAt.getTime() - one.createdAt.getTime());
  const kept = new Set<string>();
  const [newest] = newestFirst;
  const verified = newestFirst.find((one) => one.verified);
  for (const one of [newest, verified]) if (one) kept.add(one.id);
  for (const { id, createdAt } of newestFirst) if (now.getTime() - createdAt.getTime() < day) kept.add(id);
  const daily = groups(newestFirst, ({ createdAt }) => Math.floor(createdAt.getTime() / day));
  for (const [one] of daily.slice(0, days)) if (one) kept.add(one.id);
  for (const week of groups(newestFirst, ({ createdAt }) => weekOf(createdAt)).slice(0, weeks)) {
    const one = week.find(({ type }) => type === 'full') ?? week[0];
    if (one) kept.add(one.id);
  }
  return newestFirst.filter(({ id }) => !kept.has(id)).map(({ id }) => id);
}

/** In the order of their first ones. */
function groups(backups: readonly Kept[], of: (one: Kept) => number): Kept[][] {
  return [...Map.groupBy(backups, of).values()];
}

/** The day this calendar began was a Thursday. */
function weekOf(date: Date): number {
  return Math.floor((Math.floor(date.getTime() / day) + 3) / 7);
}
