/** What people read when `isDatabaseFull`. */
export const databaseFull = 'The disk of PostgreSQL is full. Free space there, then try again.';

/** `disk_full` of PostgreSQL. */
const diskFull = '53100';

/** Whether PostgreSQL has no space left for what was to be stored. It serves again once there is some. */
export function isDatabaseFull(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { cause, code } = error as Partial<Record<string, unknown>>;
  return code === diskFull || isDatabaseFull(cause);
}
