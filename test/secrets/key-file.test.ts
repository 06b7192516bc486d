import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { UserError } from '../../src/errors.ts';
import { keyFileOf, loadKeys } from '../../src/secrets/key-file.ts';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'shipmate-keys-'));
});

afterEach(() => rm(dataDir, { recursive: true }));

describe('key file', () => {
  it('is made once, for its owner only, by whoever comes first', async () => {
    const [first, second] = await Promise.all([loadKeys(undefined, dataDir), loadKeys(undefined, dataDir)]);
    expect(first).toEqual(second);
    expect(first[0]).toHaveLength(32);
    expect(await loadKeys(undefined, dataDir)).toEqual(first);
    expect((await stat(keyFileOf(dataDir))).mode & 0o777).toBe(0o600);
    expect(await readdir(dataDir)).toEqual(['secret.key']);
  });

  it('is not made when the environment has the keys', async () => {
    const keys = [Buffer.alloc(32, 1)];
    expect(await loadKeys(keys, dataDir)).toBe(keys);
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('is refused, not replaced, when it is damaged', async () => {
    await writeFile(keyFileOf(dataDir), 'short');
    await expect(loadKeys(undefined, dataDir)).rejects.toThrow(UserError);
    await expect(loadKeys(undefined, dataDir)).rejects.not.toThrow('short');
  });
});
