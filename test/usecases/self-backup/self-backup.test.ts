import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { loadSamples } from '../../../scripts/seed/load-samples.ts';
import { resticStore } from '../../../src/backup-store/restic.ts';
import { executeSql } from '../../../src/database/database.ts';
import { readInstallation } from '../../../src/database/installation.ts';
import { schemaDrift } from '../../../src/database/schema-drift.ts';
import { restoreSelf } from '../../../src/restore-self.ts';
import { createCipher } from '../../../src/secrets/aes-gcm.ts';
import { hashPassword } from '../../../src/secrets/password.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { selfBackupAge } from '../../../src/usecases/self-backup/last-self-backup.ts';
import { runSelfBackup } from '../../../src/usecases/self-backup/run-self-backup.ts';
import {
  createEmptyDatabase,
  createTestDatabase,
  type EmptyDatabase,
  onDatabase,
  type TestDatabase,
} from '../../support/database.ts';
import { makeDeployment, makeRoute } from '../../support/factories.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { withQuickKeys } from '../../support/quick-keys.ts';
import { resticInPath } from '../../support/restic.ts';

const passphrase = 'correct horse battery staple';
const { signal } = new AbortController();
const key = randomBytes(32);
const day = 24 * 60 * 60_000;
let db: TestDatabase;
let target: EmptyDatabase;
let deps: Deps;
let dataDir: string;

beforeAll(async () => {
  await resticInPath();
  db = await createTestDatabase();
  await loadSamples(db.database, createCipher([key]), await hashPassword('a password of a person'));
  await makeDeployment(db.database, { status: 'building' });
  await makeDeployment(db.database, { logs: 'quote " \\ \n line \u2028 end', status: 'success' });
  await makeRoute(db.database);
});
afterAll(async () => {
  if (first) await rm(await first, { recursive: true });
  await db.close();
});
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'shipmate-self-'));
  target = await createEmptyDatabase();
  const selfBackup = { passphrase, folder: join(dataDir, 'elsewhere') };
  const base = fakeDeps(db.database);
  const config = { ...base.config, dataDir, secretKeys: [key], selfBackup };
  deps = { ...base, config, backupStore: withQuickKeys(resticStore(config)) };
});
afterEach(async () => {
  await target.close();
  await rm(dataDir, { recursive: true, force: true });
});

let first: Promise<string> | undefined;

/** Has the first backup of all, made once, where backups are. */
async function backedUp(): Promise<void> {
  first ??= (async () => {
    const folder = await mkdtemp(join(tmpdir(), 'shipmate-self-'));
    const config = { ...deps.config, selfBackup: { passphrase, folder } };
    await runSelfBackup({ ...deps, config }, signal, new Date(Date.UTC(2026, 10, 29, 3, 37)));
    return folder;
  })();
  await cp(await first, join(dataDir, 'elsewhere'), { recursive: true });
}

/** A backup for a recipient of age. */
async function makingFor(recipient: string): Promise<void> {
  const { folder } = deps.config.selfBackup;
  const config = { ...deps.config, selfBackup: { passphrase: undefined, recipient, folder } };
  await runSelfBackup({ ...deps, config }, signal, new Date(Date.UTC(2026, 10, 29, 3, 37)));
}

/** `shipmate restore-self` on another machine. */
async function restore(args: string[] = [], env: Record<string, string> = {}): Promise<string> {
  const printed: string[] = [];
  const machine = {
    DATABASE_URL: target.url,
    SHIPMATE_DATA_DIR: join(dataDir, 'new'),
    SHIPMATE_SELF_BACKUP_PASSPHRASE: passphrase,
    SHIPMATE_SELF_BACKUP_FOLDER: join(dataDir, 'elsewhere'),
  };
  await restoreSelf(args, { ...machine, ...env }, (line) => void printed.push(line));
  return printed.join('\n');
}

/** Every table's rows, as text. */
async function contents(url: string): Promise<Record<string, string[]>> {
  return onDatabase(url, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
         and not relispartition order by 1`,
    );
    const found: Record<string, string[]> = {};
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t order by 1`);
      found[name] = rows.map(({ row }) => row);
    }
    return found;
  });
}

describe('a backup of Shipmate itself', () => {
  it('brings every row and the keys to another machine, and ends what was under way', async () => {
    await backedUp();
    const { id } = await readInstallation(db.database);
    expect(await restore(['--list'])).toBe(`${id}_20261129T033700Z  2026-11-29T03:37:00.000Z`);
    expect(await restore(['--adopt'])).toMatch(
      /^Restored Shipmate \d\S* as of 2026-11-29T03:37:00\.000Z: \d+ rows in \d+ tables, and its keys\.\n/,
    );
    const before = await contents(db.url);
    const after = await contents(target.url);
    const amended = ['audit_logs', 'deployments', 'installation', 'shipmate_migrations'];
    for (const table of amended) {
      expect(after[table]?.length).toBeGreaterThan(0);
      delete before[table];
      delete after[table];
    }
    expect(after).toEqual(before);
    expect(await readFile(join(dataDir, 'new/secret.key'), 'utf8')).toBe(`${key.toString('base64')}\n`);
    await onDatabase(target.url, async (client) => {
      const { rows: deployments } = await client.query(
        `select status, logs, metadata ->> 'reason' as reason from deployments where status <> 'success' or logs like 'quote%' order by 1`,
      );
      expect(deployments).toEqual([
        { status: 'failed', logs: null, reason: 'interrupted' },
        { status: 'success', logs: 'quote " \\ \n line \u2028 end', reason: null },
      ]);
      const { rows: audited } = await client.query(
        `select details from audit_logs where action = 'installation.restore'`,
      );
      expect(audited).toEqual([{ details: expect.objectContaining({ adopt: true, installation: id }) }]);
      const { rows: installation } = await client.query(`select value from installation where name = 'id'`);
      expect(installation).toEqual([{ value: id }]);
      // The sequences are behind the rows, and the triggers and constraints are back.
      await client.query(`insert into audit_logs (action, resource_type) values ('test.run', 'database')`);
      await expect(client.query('delete from audit_logs')).rejects.toThrow('the audit log is append-only');
      await expect(client.query(`delete from users`)).rejects.toThrow();
    });
    expect(await schemaDrift(target.url)).toBe('');
  });

  it('gives the copy an id of its own, until it takes the place of the one it is of', async () => {
    await backedUp();
    const { id } = await readInstallation(db.database);
    await restore();
    const installation = async () =>
      onDatabase(target.url, async (client) => {
        const { rows } = await client.query<{ name: string; value: string }>(
          `select name, value from installation where name in ('id', 'restored_from')`,
        );
        return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
      });
    const restored = await installation();
    expect(restored).toEqual({ id: expect.not.stringContaining(id), restored_from: id });
    expect(await restore(['--adopt'])).toBe('It takes the place of the one that the backup is of.');
    expect(await installation()).toEqual({ id });
  });

  it('overwrites no Shipmate, and takes no other key for its own', async () => {
    await backedUp();
    await expect(restore([], { DATABASE_URL: db.url })).rejects.toThrow('The database holds a Shipmate already');
    const other = randomBytes(32).toString('base64');
    await expect(restore([], { SHIPMATE_SECRET_KEY: other })).rejects.toThrow(/SHIPMATE_SECRET_KEY lacks keys/);
    await expect(restore([], { SHIPMATE_SELF_BACKUP_PASSPHRASE: `not ${passphrase}` })).rejects.toThrow(
      /wrong password/,
    );
    await expect(restore(['--backup', 'x'])).rejects.toThrow(/has no backup x/);
    await expect(restore([], { SHIPMATE_SELF_BACKUP_FOLDER: join(dataDir, 'none') })).rejects.toThrow(
      /Is there a repository/,
    );
    // Nothing of it stands in the way of the right one.
    expect(await restore()).toMatch(/^Restored Shipmate/);
  });

  it('made for a recipient of age is opened by its identity alone, on another machine', async () => {
    const identity = await generateX25519Identity();
    const recipient = await identityToRecipient(identity);
    await makingFor(recipient);
    const { id } = await readInstallation(db.database);
    const file = join(dataDir, 'key.txt');
    const other = await generateX25519Identity();
    await writeFile(file, `# created: 2026-11-29\n# public key: ${recipient}\n${other}\n${identity}\n`);
    const none = { SHIPMATE_SELF_BACKUP_PASSPHRASE: '' };
    expect(await restore(['--list', '--identity', file], none)).toBe(
      `${id}_20261129T033700Z  2026-11-29T03:37:00.000Z`,
    );
    expect(await restore(['--adopt', '--identity', file], none)).toMatch(
      /^Restored Shipmate \d\S* as of 2026-11-29T03:37/,
    );
    const [before, after] = [await contents(db.url), await contents(target.url)];
    expect(before['users']?.length).toBeGreaterThan(0);
    for (const table of ['applications', 'env_vars', 'projects', 'users']) expect(after[table]).toEqual(before[table]);
    expect(await readFile(join(dataDir, 'new/secret.key'), 'utf8')).toBe(`${key.toString('base64')}\n`);
  });

  it('made for a recipient of age is opened by nothing else, and says what opens it', async () => {
    const recipient = await identityToRecipient(await generateX25519Identity());
    await makingFor(recipient);
    const none = { SHIPMATE_SELF_BACKUP_PASSPHRASE: '' };
    const file = join(dataDir, 'key.txt');
    await writeFile(file, await generateX25519Identity());
    await expect(restore(['--identity', file], none)).rejects.toThrow(
      `The backups in ${join(dataDir, 'elsewhere')} were made for another recipient than those of \`${file}\`.`,
    );
    await writeFile(file, 'age-encryption.org/v1\n');
    await expect(restore(['--identity', file], none)).rejects.toThrow(/has no line `AGE-SECRET-KEY-1…`/);
    await expect(restore(['--identity', `${file}.none`], none)).rejects.toThrow(/cannot be read \(ENOENT\)/);
    await expect(restore([], none)).rejects.toThrow(/or give `--identity <file>`/);
    // Whoever has the machine reads its store, and nothing in it: the password is no secret.
    const stored = deps.backupStore;
    const repository = { location: join(dataDir, 'elsewhere'), password: recipient };
    const [one] = await stored.list(repository, 'shipmate', signal);
    const pieces = await Array.fromAsync(stored.read(repository, one?.snapshot ?? '', one?.name ?? '', signal));
    const whole = Buffer.concat(pieces);
    expect(whole.subarray(0, 21).toString()).toBe('age-encryption.org/v1');
    expect(whole.includes(key.toString('base64'))).toBe(false);
    await expect(makingFor(await identityToRecipient(await generateX25519Identity()))).rejects.toThrow(
      'were made with another SHIPMATE_SELF_BACKUP_RECIPIENT, or with a passphrase.',
    );
  });

  it('keeps seven days and four weeks, and says how old the newest is', async () => {
    const at = (days: number) => new Date(Date.now() - days * day);
    for (const days of [40, 39, 1]) await runSelfBackup(deps, signal, at(days));
    expect(await runSelfBackup(deps, signal, at(0))).toMatch(/^\d.* in .*elsewhere$/);
    expect((await restore(['--list'])).split('\n')).toHaveLength(4);
    expect(await selfBackupAge(deps)).toBeLessThan(3_600);
  });

  it('fails where the earlier ones are gone, and is off without a passphrase', async () => {
    await runSelfBackup(deps, signal);
    await rm(join(dataDir, 'elsewhere'), { recursive: true });
    await expect(runSelfBackup(deps, signal)).rejects.toThrow(/There is no backup repository in .*elsewhere/);
    const selfBackup = { passphrase: undefined, folder: undefined };
    const off = { ...deps, config: { ...deps.config, selfBackup } };
    expect(await runSelfBackup(off, signal)).toBe('off: SHIPMATE_SELF_BACKUP_PASSPHRASE is not set');
    const { rows } = await executeSql(
      deps.database.asSystem(),
      `select value from installation where name = 'self_backup'`,
    );
    expect(rows).toHaveLength(1);
  });
});
