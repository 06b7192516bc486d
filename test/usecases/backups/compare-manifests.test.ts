import { expect, it } from '@jest/globals';
import { compareFound } from '../../../src/usecases/backups/compare-manifests.ts';

it('digests count only between those that were made alike, rows always', () => {
  const backup = (rows: number, sha256: string, form?: number) => ({ manifest: { db0: { rows, sha256, form } } });
  expect(compareFound(backup(3, 'aa'), backup(3, 'bb', 2))).toBe('3 rows in 1 tables match');
  expect(() => compareFound(backup(3, 'aa', 2), backup(3, 'bb', 2))).toThrow('the 3 rows of db0 do not match');
  expect(() => compareFound(backup(3, 'aa'), backup(2, 'bb', 2))).toThrow('db0 has 2 rows, not 3');
});
