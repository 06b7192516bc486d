import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { UserError } from '../../src/errors.ts';
import { readManifest, recordContents, requireWhole } from '../../src/host/data-manifest.ts';

const here = { databaseElsewhere: false, keyElsewhere: false };
const there = { databaseElsewhere: true, keyElsewhere: true };
let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'shipmate-manifest-')));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function make(...paths: string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), 'x');
  }
}

async function whole(): Promise<void> {
  await make(
    'postgres/cluster/PG_VERSION',
    'secret.key',
    'archive/audit/a.gz',
    'backups/one/config',
    'backups/two/config',
  );
  await recordContents(folder, here);
}

describe('the manifest of a data folder', () => {
  it('says what the folder has', async () => {
    await whole();
    expect(await readManifest(folder)).toEqual({
      format: 1,
      database: 'embedded',
      key: true,
      archive: true,
      backups: ['one', 'two'],
    });
    await requireWhole(folder, here);
  });

  it('lets a new folder begin, and follows what comes and goes while it serves', async () => {
    await requireWhole(folder, here);
    await recordContents(folder);
    expect(await readManifest(folder)).toBeUndefined();
    await recordContents(folder, here);
    await make('postgres/cluster/PG_VERSION', 'backups/one/config');
    await recordContents(folder);
    expect(await readManifest(folder)).toMatchObject({ key: false, backups: ['one'] });
    await rm(join(folder, 'backups/one'), { recursive: true });
    await recordContents(folder);
    await requireWhole(folder, here);
  });

  it.each([
    ['postgres', /lacks what was in it: Shipmate's database \(.*postgres\)\. .*`shipmate restore-self`/],
    ['secret.key', /lacks what was in it: the key file `secret\.key`\./],
    ['archive', /lacks what was in it: the folder `archive`\./],
    ['backups/two', /lacks what was in it: of the folder `backups` `two`\./],
  ])('refuses a start without %s, and says so', async (missing, sentence) => {
    await whole();
    await rm(join(folder, missing), { recursive: true });
    await expect(requireWhole(folder, here)).rejects.toThrow(UserError);
    await expect(requireWhole(folder, here)).rejects.toThrow(sentence);
    await rm(join(folder, 'shipmate.json'));
    await make('postgres/cluster/PG_VERSION');
    await requireWhole(folder, here);
  });

  it('asks neither for a key nor for a database that are configured elsewhere', async () => {
    await whole();
    await rm(join(folder, 'secret.key'));
    await rm(join(folder, 'postgres'), { recursive: true });
    await requireWhole(folder, there);
  });

  it('refuses to begin an empty database where it was in the one of DATABASE_URL', async () => {
    await recordContents(folder, there);
    await requireWhole(folder, there);
    await expect(requireWhole(folder, here)).rejects.toThrow(/DATABASE_URL is not set\. Set it/);
  });

  it('names the place of a database whose files are outside, and misses them there', async () => {
    const outside = await realpath(await mkdtemp(join(tmpdir(), 'shipmate-outside-')));
    await mkdir(join(outside, 'cluster'));
    await writeFile(join(outside, 'cluster/PG_VERSION'), '18');
    await symlink(outside, join(folder, 'postgres'));
    await recordContents(folder, here);
    expect((await readManifest(folder))?.databaseFiles).toBe(outside);
    await requireWhole(folder, here);
    await rm(outside, { recursive: true });
    await expect(requireWhole(folder, here)).rejects.toThrow(`whose files were outside of it in ${outside}`);
  });

  it('refuses a folder of an older Shipmate that has backups and no database', async () => {
    await make('secret.key');
    await requireWhole(folder, here);
    await make('backups/one/config');
    await expect(requireWhole(folder, here)).rejects.toThrow(/is that of a Shipmate, but has no database/);
    await requireWhole(folder, there);
  });

  it('says that it is damaged instead of believing it', async () => {
    await whole();
    const path = join(folder, 'shipmate.json');
    await writeFile(path, (await readFile(path, 'utf8')).slice(0, 20));
    await expect(requireWhole(folder, here)).rejects.toThrow(
      /was not written by this version of Shipmate or is damaged/,
    );
  });
});
