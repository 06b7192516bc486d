/** A deployment, a backup or a restore, as stored. */
interface Ended {
  status: string;
  metadata: { error?: string | undefined; reason?: string | undefined };
  /** Of a deployment. */
  logs?: string | null;
}

/** Of a log, lines. */
const shown = 40;

/**
 * That it ended so. Compared alone, a status does not say why, and the row is gone with the test's database.
 * @returns it.
 * @throws {Error} with the reason and the end of the log.
 */
export function expectEnd<T extends Ended>(ended: T, status: T['status']): T {
  return compare(ended, status, expectEnd);
}

/** That it succeeded, and nothing in it went wrong; like `expectEnd`. */
export function expectSuccess<T extends Ended>(ended: T): T {
  return compare(ended, 'success', expectSuccess);
}

/** @param caller Whose caller the stack begins with. */
function compare<T extends Ended>(ended: T, status: string, caller: (...args: never[]) => unknown): T {
  const { logs, metadata } = ended;
  const isFlawed = status === 'success' && metadata.error !== undefined;
  if (ended.status === status && !isFlawed) return ended;
  const log = logs ? `\nThe end of its log:\n${logs.trimEnd().split('\n').slice(-shown).join('\n')}` : '';
  const why = metadata.error ?? metadata.reason ?? 'no reason is stored';
  const error = new Error(`It ended as \`${ended.status}\`, not as \`${status}\`: ${why}${log}`);
  Error.captureStackTrace(error, caller);
  throw error;
}
