/** The fields of a backup that a rotation reads. */
export interface Kept {
  id: string;
  type: 'full' | 'incremental' | 'snapshot';
  createdAt: Date;
  verified: boolean;
  /** Id of the one that it is stored as the differences to. */
  reference?: string | undefined;
}

const days = 7;
const weeks = 4;
const day = 24 * 60 * 60_000;

/**
 * The successful backups of a database to delete. Kept are the newest of each of the last seven days and four weeks
 * that have one (per week preferably a full one), the newest, the newest verified, all of the last 24 hours, and what one
 * that is kept is the differences to. Days and weeks are in UTC; weeks start on Monday.
 * @param needed Ids of others to keep.
 * @returns ids, each before the one that it is the differences to.
 */
export function planRotation(good: readonly Kept[], now = new Date(), needed: readonly string[] = []): string[] {
  const newestFirst = [...good].sort((one, other) => other.createdAt.getTime() - one.createdAt.getTime());
  const kept = new Set(needed);
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
  for (const { id, reference } of newestFirst) if (reference !== undefined && kept.has(id)) kept.add(reference);
  const going = newestFirst.filter(({ id }) => !kept.has(id));
  const [differences, whole] = [going.filter(isDifferences), going.filter((one) => !isDifferences(one))];
  return [...differences, ...whole].map(({ id }) => id);
}

function isDifferences({ reference }: Kept): boolean {
  return reference !== undefined;
}

/** Groups in the order of their first members. */
function groups(backups: readonly Kept[], of: (one: Kept) => number): Kept[][] {
  return [...Map.groupBy(backups, of).values()];
}

/** 1970-01-01 was a Thursday. */
function weekOf(date: Date): number {
  return Math.floor((Math.floor(date.getTime() / day) + 3) / 7);
}

/** The base backups to delete, with the log behind them, so that each moment of the last seven days can be restored. */
export function planBases(good: readonly { id: string; createdAt: Date }[], now = new Date()): string[] {
  const newestFirst = [...good].sort((one, other) => other.createdAt.getTime() - one.createdAt.getTime());
  const young = newestFirst.filter(({ createdAt }) => now.getTime() - createdAt.getTime() < days * day);
  return newestFirst.slice(young.length + 1).map(({ id }) => id);
}
