import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { resticStore } from './backup-store/restic.ts';
import { type Config, loadConfig } from './config.ts';
import { adoptRestored } from './database/adopt-restored.ts';
import { type Loaded, loadTables } from './database/load-tables.ts';
import { migrate, migrateLike } from './database/migrate.ts';
import { NotFoundError, UsageError, UserError } from './errors.ts';
import { recordContents } from './host/data-manifest.ts';
import { keyFileOf } from './secrets/key-file.ts';
import { openSelfBackups } from './open-self-backups.ts';
import { openStorage } from './storage.ts';
import { readLines } from './text-lines.ts';
import { amendRestored } from './usecases/self-backup/amend-restored.ts';
import { readHead, type SelfBackupHead } from './usecases/self-backup/self-backup-head.ts';
import type { SelfBackup } from './usecases/self-backup/self-repository.ts';

const usage = `Usage: shipmate restore-self [--list] [--from <folder>] [--identity <file>]
                             [--backup <name>] [--adopt]

Restores a backup of Shipmate itself into the data folder (SHIPMATE_DATA_DIR)
and the database (DATABASE_URL, or the embedded one), which have to be empty.
It needs SHIPMATE_SELF_BACKUP_PASSPHRASE or the identity of age that they were
made for and, where it was used, S3_BUCKET and its siblings. No Shipmate may run
on them.

  --list           show the backups
  --from <folder>  the folder that the backups are in, e.g. a copy of it
  --identity <file>  the secret key of age, as age-keygen writes it
  --backup <name>  one of --list (default: the newest)
  --adopt          take the place of the Shipmate that the backup is of, which
                   is gone for good: serve its services. Without it, the
                   restored one refuses to start where they run. May be given
                   later as well, by itself.
`;

/** A row of a deployment holds its log; see the archive. Characters. */
const longestLine = 128 * 1024 ** 2;

type Print = (line: string) => void;

interface Given {
  list: boolean;
  adopt: boolean;
  from: string | undefined;
  identity: string | undefined;
  backup: string | undefined;
}

function readGiven(args: string[]): Given {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({
      args,
      options: { list: flag, adopt: flag, from: text, identity: text, backup: text },
    });
    return { ...values, from: values.from, identity: values.identity, backup: values.backup };
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}

/** @throws {UserError} when it is refused; then the database is as it was. */
export async function restoreSelf(args: string[], env: NodeJS.ProcessEnv, print: Print): Promise<void> {
  if (args.includes('--help')) return print(usage);
  const given = readGiven(args);
  const config = loadConfig(env);
  if (given.adopt && (await adoptPresent(config))) return print('It takes the place of the one that the backup is of.');
  const { signal } = new AbortController();
  const store = resticStore(config);
  const { backups, location, read } = await openSelfBackups(config, store, given, signal);
  if (given.list) return print(backups.map(({ at, name }) => `${name}  ${at.toISOString()}`).join('\n'));
  const lines = linesOf(read(choose(backups, given.backup, location)));
  const head = readHead((await lines.next()).value);
  const loaded = await restore(config, head, lines, given.adopt);
  for (const line of summary(config, head, loaded, given.adopt)) print(line);
}

/** @returns whether there is a restored Shipmate already. */
async function adoptPresent(config: Config): Promise<boolean> {
  const storage = await openStorage(config, { restoring: true });
  try {
    return await adoptRestored(storage.databaseUrl);
  } finally {
    await storage.close();
  }
}

function choose(backups: SelfBackup[], wanted: string | undefined, location: string): SelfBackup {
  const installations = new Set(backups.map(({ installation }) => installation));
  if (wanted === undefined && installations.size > 1)
    throw new UsageError(
      `${location} has backups of ${installations.size} Shipmates. Choose one: \`shipmate restore-self --list\`, then \`--backup <name>\`.`,
    );
  const found = wanted === undefined ? backups.at(-1) : backups.find(({ name }) => name === wanted);
  if (found) return found;
  const which = wanted === undefined ? 'no backup of Shipmate' : `no backup ${wanted}`;
  throw new NotFoundError(`${location} has ${which}. \`shipmate restore-self --list\` shows what it has.`);
}

async function restore(
  config: Config,
  head: SelfBackupHead,
  lines: AsyncGenerator<string>,
  adopt: boolean,
): Promise<Loaded> {
  const first = (await lines.next()).value as string | undefined;
  const { migrations } = JSON.parse(first ?? '{}') as { migrations?: string[] };
  const storage = await openStorage(config, { restoring: true });
  try {
    await migrateLike(storage.databaseUrl, migrations ?? []);
    await keepKeys(config, head.keys);
    const loaded = await loadTables(storage.databaseUrl, lines, (client) => amendRestored(client, head, adopt));
    await migrate(storage.databaseUrl);
    await recordContents(config.dataDir);
    return loaded;
  } finally {
    await storage.close();
  }
}

/** @throws {UserError} when other keys are there already. */
async function keepKeys({ dataDir, secretKeys }: Config, keys: string): Promise<void> {
  const wanted = keys.split(',');
  const file = keyFileOf(dataDir);
  const present = secretKeys
    ? secretKeys.map((key) => key.toString('base64'))
    : await readFile(file, 'utf8').then(
        (text) => text.trim().split(','),
        () => undefined,
      );
  if (present && wanted.every((key) => present.includes(key))) return;
  if (present)
    throw new UserError(
      `${secretKeys ? 'SHIPMATE_SECRET_KEY' : file} lacks keys of the backup, so its secrets could not be read. ` +
        `${secretKeys ? 'Unset it' : 'Move the file away'}: the backup brings its keys.`,
    );
  await mkdir(dataDir, { recursive: true, mode: 0o711 });
  await writeFile(file, `${keys}\n`, { mode: 0o600, flush: true });
  await chmod(file, 0o600);
}

async function* linesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<string> {
  for await (const { cut, text } of readLines(pieces, longestLine)) {
    if (cut) throw new UserError('The backup has a line that is too long, so Shipmate did not write it.');
    yield text;
  }
}

function summary({ s3 }: Config, head: SelfBackupHead, { rows, tables }: Loaded, adopt: boolean): string[] {
  return [
    `Restored Shipmate ${head.version} as of ${head.at}: ${rows} rows in ${tables} tables, and its keys.`,
    ...(s3
      ? []
      : [
          `The backups of databases were in ${head.backups}, the archive in ${head.archive}: copy both into the data folder.`,
        ]),
    adopt
      ? 'Start it: it serves the services that run, without deploying them again.'
      : 'Start it with another Docker Engine than that of the Shipmate that the backup is of. With `restore-self --adopt` it takes the place of that one.',
  ];
}
