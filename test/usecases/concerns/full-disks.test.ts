import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import type { FileSystem } from '../../../src/host/file-systems.ts';
import { fullDisks } from '../../../src/usecases/concerns/full-disks.ts';
import { watchDisks } from '../../../src/usecases/watchers/watch-disks.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { fakeDeps } from '../../support/fakes.ts';

const gibibyte = 1024 ** 3;
const mebibyte = 1024 ** 2;
let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

function disk(sizeBytes: number, freeBytes: number): () => Promise<FileSystem> {
  return async () => ({ device: 1, sizeBytes, freeBytes, usedBytes: sizeBytes - freeBytes });
}

describe('the disk of the data folder', () => {
  it.each([
    ['with little left of much', 100 * gibibyte, 500 * mebibyte, ['is 100 % full: 500 MiB left']],
    ['that is small and four fifths full', gibibyte, 200 * mebibyte, ['is 81 % full: 200 MiB left']],
    ['that is small and half empty', gibibyte, 512 * mebibyte, []],
    ['with enough left', 100 * gibibyte, 2 * gibibyte, []],
  ])('%s', async (_which, size, free, expected) => {
    const deps = fakeDeps(db.database);
    const found = await fullDisks(deps, disk(size, free));
    const sentence = (said: string) => ({
      name: 'disk',
      why:
        `The disk of \`${deps.config.dataDir}\` on ${hostname()} ${said}. Free space there before nothing can be stored; ` +
        '`schedule run retention` removes what is no longer needed.',
    });
    expect(found).toEqual(expected.map(sentence));
  });
});

it('the disks of other hosts are known from what was seen there within a quarter of an hour', async () => {
  const deps = fakeDeps(db.database);
  const looks = { look: disk(100 * gibibyte, 100 * mebibyte) };
  await watchDisks(deps, { ...looks, host: 'host-b' });
  await watchDisks(deps, { ...looks, host: 'host-c' });
  await executeSql(
    db.database.asSystem(),
    `update disks set checked_at = now() - interval '20 minutes' where host = 'host-c'`,
  );
  const found = await fullDisks(deps, disk(100 * gibibyte, 50 * gibibyte));
  expect(found.map(({ why }) => why.split('.')[0])).toEqual([
    expect.stringMatching(/ on host-b is 100 % full: 100 MiB left$/),
  ]);
});
