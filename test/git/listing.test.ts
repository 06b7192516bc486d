import { expect, it } from '@jest/globals';
import { missingRef } from '../../src/git/listing.ts';

const id = 'a'.repeat(40);

it('names the default branch first, and ten at most', () => {
  const branches = Array.from({ length: 12 }, (_, at) => `${id}\trefs/heads/b${at}`);
  const listed = ['ref: refs/heads/trunk\tHEAD', `${id}\tHEAD`, ...branches, `${id}\trefs/heads/trunk`].join('\n');
  expect(missingRef('nope', listed).message).toBe(
    'The repository has no branch, tag or commit `nope`. It has the branches `trunk`, `b0`, `b1`, `b2`, `b3`, `b4`, `b5`, ' +
      '`b6`, `b7`, `b8` and 3 more. Push it first, or choose another: `deploy <app> trunk` once, `app set <app> branch=trunk` for good.',
  );
});

it('says that a repository is empty', () => {
  expect(missingRef('main', '').message).toBe(
    'The repository has no branch, tag or commit `main`. It has no branches yet: push one first.',
  );
});
