import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { onServer } from './database.ts';
import { runFolder } from './test-run.ts';

/**
 * What `make` returns, made by the first suite that asks and copied for all others of the run.
 * @throws {Error} when a copy is not the same, such as one of an object with methods.
 */
export async function oncePerRun<T>(name: string, make: () => Promise<T>): Promise<T> {
  const file = join(runFolder(), name);
  return onServer(async (server) => {
    // Until the end of the session, so that the others wait for the one that makes it.
    await server.query('select pg_advisory_lock(hashtextextended($1, 0))', [`shipmate:once:${file}`]);
    const kept = await readFile(file).catch(() => undefined);
    if (kept) return deserialize(kept) as T;
    const made = await make();
    const bytes = serialize(made);
    const copy = deserialize(bytes) as T;
    if (JSON.stringify(copy) !== JSON.stringify(made)) throw new Error(`a copy of ${name} is not the same`);
    await writeFile(`${file}.new`, bytes);
    await rename(`${file}.new`, file);
    return copy;
  });
}
