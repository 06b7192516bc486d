import { parseArgs } from 'node:util';
import { onConfiguredDatabase } from './configured-database.ts';
import { loadConfig } from './config.ts';
import { migrate, migrateDown, migrateDownTo } from './database/migrate.ts';
import { UsageError } from './errors.ts';

const usage = `Usage: shipmate migrate [--down | --down-to <migration>]

Brings the database (DATABASE_URL, or the embedded one of SHIPMATE_DATA_DIR) up
to this version, which each start does as well. No Shipmate may run on it.

  --down                 take the newest migration back
  --down-to <migration>  take back those after it, for an earlier version, which
                         says which one when it refuses to start. What only
                         newer versions store is lost: back up first.`;

/** @throws {UserError} when it is refused, e.g. as a Shipmate uses the data folder. */
export async function migrateDatabase(
  args: string[],
  env: NodeJS.ProcessEnv,
  print: (line: string) => void,
): Promise<void> {
  if (args.includes('--help')) return print(usage);
  const { down, to } = readGiven(args);
  await onConfiguredDatabase(loadConfig(env), async (databaseUrl) => {
    if (to !== undefined) print(said('reverted', await migrateDownTo(databaseUrl, to), 'nothing to revert'));
    else if (down) print(said('reverted', [(await migrateDown(databaseUrl)) ?? []].flat(), 'nothing to revert'));
    else print(said('migrated', await migrate(databaseUrl), 'the database is up to date'));
  });
}

function said(verb: string, names: string[], nothing: string): string {
  return names.length > 0 ? `${verb}: ${names.join(', ')}` : nothing;
}

function readGiven(args: string[]): { down: boolean; to: string | undefined } {
  try {
    const options = { down: { type: 'boolean', default: false }, 'down-to': { type: 'string' } } as const;
    const { values } = parseArgs({ args, options });
    return { down: values.down, to: values['down-to'] };
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}
