import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Deployment, unfinishedStatuses } from '../../entities/deployment.ts';
import { counted, cutoff, type Removed, type RetentionRun } from './retention-run.ts';

/** Minimum age, milliseconds: a margin for deployments that are just ending. */
const youngMs = 3_600_000;
/** Repository histories unused for this long are removed and cloned again when needed, milliseconds. */
const historyMs = 90 * 24 * 3_600_000;

/** Removes checkouts of ended deployments and unused histories from this data folder. */
export async function removeCheckouts(run: RetentionRun): Promise<Removed> {
  const { deps } = run;
  const unfinished = await deps.database.asSystem().find(Deployment, { status: { $in: [...unfinishedStatuses] } });
  const needed = new Set(unfinished.map(({ id }) => id));
  const { dataDir } = deps.config;
  const checkouts = (await oldFolders(join(dataDir, 'checkouts'), cutoff(run, youngMs))).filter(
    ({ name }) => !needed.has(name),
  );
  const histories = await oldFolders(join(dataDir, 'git', 'history'), cutoff(run, historyMs));
  for (const { path } of [...checkouts, ...histories]) {
    run.signal.throwIfAborted();
    if (!run.dryRun) await rm(path, { recursive: true, force: true, maxRetries: 5 });
  }
  const said = [counted(checkouts.length, 'checkout'), counted(histories.length, 'history', 'histories')]
    .filter((words) => words !== undefined)
    .join(', ');
  const details = { checkouts: checkouts.length, histories: histories.length };
  return { said: said === '' ? undefined : `${said} ${run.dryRun ? 'to remove' : 'removed'}`, details };
}

async function oldFolders(parent: string, before: Date): Promise<{ name: string; path: string }[]> {
  const old: { name: string; path: string }[] = [];
  for (const name of await readdir(parent).catch(() => [])) {
    const path = join(parent, name);
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() && found.mtime < before) old.push({ name, path });
  }
  return old;
}
