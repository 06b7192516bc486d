import { executeSql } from '../../database/database.ts';
import type { Deps } from '../deps.ts';
import type { WorkRow } from './work-row.ts';

/** Interval between writes, milliseconds. */
const everyMs = 2_000;

/**
 * Records the progress of a stream in `metadata.progress` of its row until disposed. Writes are not awaited.
 */
export function followProgress(deps: Deps, { id, table }: WorkRow, bytes: () => number): Disposable {
  const since = new Date();
  let before = { bytes: 0, at: performance.now() };
  let writing = false;

  async function write(): Promise<void> {
    const now = { bytes: bytes(), at: performance.now() };
    const rate = Math.round(((now.bytes - before.bytes) * 1_000) / Math.max(1, now.at - before.at));
    before = now;
    const progress = {
      bytes: now.bytes,
      bytes_per_second: rate,
      since: since.toISOString(),
      at: new Date().toISOString(),
    };
    await executeSql(
      deps.database.asSystem(),
      `update ${table} set metadata = jsonb_set(metadata, '{progress}', $2::jsonb) where id = $1 and status = 'running'`,
      [id, JSON.stringify(progress)],
    );
  }

  const timer = setInterval(() => {
    if (writing) return;
    writing = true;
    write()
      .catch((error: unknown) => deps.logger.warn({ err: error }, 'could not record progress'))
      .finally(() => (writing = false));
  }, everyMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
