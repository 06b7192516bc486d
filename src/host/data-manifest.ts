import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { lstat, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { UserError } from '../errors.ts';

/** What a data folder has, in its own words, so that a copy with less than that is noticed. */
export interface DataManifest {
  /** Of this file. */
  format: 1;
  /** `embedded`: in the folder; `elsewhere`: in the PostgreSQL of `DATABASE_URL`. */
  database: 'embedded' | 'elsewhere';
  /** Where the files of the embedded server are if not in the folder. */
  databaseFiles?: string;
  key: boolean;
  archive: boolean;
  /** The ids of the backup stores in it. */
  backups: string[];
}

interface Start {
  /** `DATABASE_URL` is set. */
  databaseElsewhere: boolean;
  /** `SHIPMATE_SECRET_KEY` is set. */
  keyElsewhere: boolean;
}

const manifestName = 'shipmate.json';
const cluster = join('postgres', 'cluster', 'PG_VERSION');

/**
 * Looks before a start makes anything.
 * @throws {UserError} when the folder has less than its manifest says, or has backups and no database.
 */
export async function requireWhole(dataDir: string, start: Start): Promise<void> {
  const promised = await readManifest(dataDir);
  const found = await lookInto(dataDir);
  if (!promised) return start.databaseElsewhere ? undefined : requireDatabaseOfBackups(dataDir, found);
  if (promised.database === 'elsewhere' && !start.databaseElsewhere && found.database === undefined)
    throw new UserError(
      `The data folder ${dataDir} belongs to a Shipmate whose database is elsewhere, and DATABASE_URL is not set. Set it; ` +
        `to begin with an empty database, remove ${join(dataDir, manifestName)} first.`,
    );
  const missing = [...missingDatabase(dataDir, promised, start, found), ...missingOthers(promised, start, found)];
  if (missing.length === 0) return;
  throw new UserError(
    `The data folder ${dataDir} lacks what was in it: ${missing.join('; ')}. If it was copied or moved, bring the rest ` +
      'here as well, or restore it with `shipmate restore-self` into an empty folder. If that is gone for good, remove ' +
      `${join(dataDir, manifestName)}, and Shipmate starts without it.`,
  );
}

/** Writes down what the folder has now. A folder without a manifest is left alone unless `start` is given. */
export async function recordContents(dataDir: string, start?: Pick<Start, 'databaseElsewhere'>): Promise<void> {
  const before = await readManifest(dataDir);
  if (!before && !start) return;
  const { database: here, ...found } = await lookInto(dataDir);
  const elsewhere = start ? start.databaseElsewhere : before?.database === 'elsewhere';
  const files = here === join(await realpath(dataDir), 'postgres') ? undefined : here;
  const manifest: DataManifest = {
    format: 1,
    database: elsewhere ? 'elsewhere' : 'embedded',
    ...(files !== undefined && !elsewhere && { databaseFiles: files }),
    ...found,
  };
  if (isDeepStrictEqual(manifest, before)) return;
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  const path = join(dataDir, manifestName);
  const beside = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    await writeFile(beside, text, { mode: 0o600, flush: true });
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** @throws {UserError} when it is damaged or of a newer Shipmate. */
export async function readManifest(dataDir: string): Promise<DataManifest | undefined> {
  const path = join(dataDir, manifestName);
  if (!existsSync(path)) return undefined;
  const manifest = parse(await readFile(path, 'utf8'));
  if (manifest?.format === 1) return manifest as DataManifest;
  throw new UserError(
    `${path}, which says what the data folder has, was not written by this version of Shipmate or is damaged. Start the ` +
      'version that wrote it, or remove the file.',
  );
}

function parse(text: string): Partial<DataManifest> | undefined {
  try {
    return JSON.parse(text) as Partial<DataManifest>;
  } catch {
    return undefined;
  }
}

type Found = Pick<DataManifest, 'key' | 'archive' | 'backups'> & { database: string | undefined };

async function lookInto(dataDir: string): Promise<Found> {
  const hasCluster = existsSync(join(dataDir, cluster));
  return {
    database: hasCluster ? await realpath(join(dataDir, 'postgres')) : undefined,
    key: existsSync(join(dataDir, 'secret.key')),
    archive: (await namesIn(join(dataDir, 'archive'))).length > 0,
    backups: (await namesIn(join(dataDir, 'backups'))).sort(),
  };
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

function missingDatabase(
  dataDir: string,
  { database, databaseFiles }: DataManifest,
  start: Start,
  found: Found,
): string[] {
  if (database !== 'embedded' || start.databaseElsewhere || found.database !== undefined) return [];
  return [
    databaseFiles === undefined
      ? `Shipmate's database (${join(dataDir, 'postgres')})`
      : `Shipmate's database, whose files were outside of it in ${databaseFiles}`,
  ];
}

function missingOthers(promised: DataManifest, start: Start, found: Found): string[] {
  const backups = promised.backups.filter((id) => !found.backups.includes(id));
  return [
    ...(promised.key && !found.key && !start.keyElsewhere ? ['the key file `secret.key`'] : []),
    ...(promised.archive && !found.archive ? ['the folder `archive`'] : []),
    ...(backups.length > 0 ? [`of the folder \`backups\` ${backups.map((id) => `\`${id}\``).join(', ')}`] : []),
  ];
}

/** A folder of an older Shipmate has no manifest. */
async function requireDatabaseOfBackups(dataDir: string, found: Found): Promise<void> {
  const linked = await lstat(join(dataDir, 'postgres')).catch(() => undefined);
  if (found.database !== undefined || (!linked?.isSymbolicLink() && found.backups.length === 0 && !found.archive))
    return;
  const where = linked?.isSymbolicLink() ? 'only a link to its database, whose files are not there' : 'no database';
  throw new UserError(
    `The data folder ${dataDir} is that of a Shipmate, but has ${where}. If it was copied or moved, bring the folder ` +
      '`postgres` with its contents as well, or set DATABASE_URL. To start over, choose another SHIPMATE_DATA_DIR.',
  );
}
