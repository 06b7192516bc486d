import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { UsageError } from '../src/errors.ts';
import { migrateDatabase } from '../src/migrate-database.ts';
import { migrationNames } from '../src/migrations/names.ts';
import { createMigratedDatabase, type EmptyDatabase, onDatabase } from './support/database.ts';

const program = fileURLToPath(new URL('../bin/shipmate.mjs', import.meta.url));
let database: EmptyDatabase;

beforeEach(async () => {
  database = await createMigratedDatabase();
});
afterEach(() => database.close());

async function run(...args: string[]): Promise<string> {
  const printed: string[] = [];
  await migrateDatabase(args, { DATABASE_URL: database.url }, (line) => void printed.push(line));
  return printed.join('\n');
}

interface Ended {
  code: number | string | null | undefined;
  stdout: string;
  stderr: string;
}

/** As people call it. */
function shipmate(...args: string[]): Promise<Ended> {
  const env = { ...process.env, DATABASE_URL: database.url, NODE_OPTIONS: '' };
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { env, timeout: 300_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}

describe('shipmate migrate', () => {
  it('takes back what an earlier version does not know, and brings it again', async () => {
    const [target = '', ...later] = migrationNames.slice(-3);
    expect(await run()).toBe('the database is up to date');
    expect(await run('--down-to', target)).toBe(`reverted: ${later.toReversed().join(', ')}`);
    expect(await run('--down-to', target)).toBe('nothing to revert');
    expect(await run('--down')).toBe(`reverted: ${target}`);
    expect(await run()).toBe(`migrated: ${[target, ...later].join(', ')}`);
  });

  it('is told in full by a version that refuses a newer database', async () => {
    await onDatabase(database.url, (client) =>
      client.query(`insert into shipmate_migrations (name) values ('29991231000000-future')`),
    );
    const { code, stderr, stdout } = await shipmate('migrate');
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toBe(
      'shipmate: The database was migrated by a newer Shipmate: 29991231000000-future is unknown here. Start that ' +
        'version. To go on with this one, stop Shipmate and run, with the newer version, `shipmate migrate --down-to ' +
        `${migrationNames.at(-1)}\`: what only that version stores is lost.\n`,
    );
  });

  it('tells how it is called', async () => {
    await expect(run('--sideways')).rejects.toThrow(UsageError);
    expect(await run('--help')).toContain('shipmate migrate [--down | --down-to <migration>]');
  });
});
