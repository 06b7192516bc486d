import { describe, expect, it } from '@jest/globals';
import { wantedPaths } from '../../../src/swarm/buildkit/wanted-paths.ts';
import { folder } from '../../support/swarm-fixture.ts';

const paths = ['a', 'a/b', 'a/b/c', 'a-b', 'd', 'd/e', 'link'];

describe('what a build wants of a folder', () => {
  it.each<[names: string[], wanted: string[]]>([
    [[], paths],
    [['d'], ['d', 'd/e']],
    [['/d/'], ['d', 'd/e']],
    [['a/b/c'], ['a', 'a/b', 'a/b/c']],
    [['a-b, ./d/e'], ['a-b', 'd', 'd/e']],
    [['missing'], []],
    [['.'], paths],
    [['*.json'], paths],
    [['link'], paths],
    [['link/x'], paths],
  ])('%j', async (names, wanted) => {
    await using root = await folder({ 'a/b/c': '', 'a-b': '', 'd/e': '' });
    await root.link('link', 'a');
    expect(wantedPaths({ root: root.path, paths }, names)).toEqual(wanted);
  });

  it('is all of it when a name has what separates them', async () => {
    await using root = await folder({ 'a, b': '', a: '', b: '' });
    const all = ['a', 'a, b', 'b'];
    expect(wantedPaths({ root: root.path, paths: all }, ['a, b'])).toEqual(all);
  });
});
