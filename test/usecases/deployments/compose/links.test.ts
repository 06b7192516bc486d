import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createGit } from '../../../../src/git/git-cli.ts';
import type { Deps } from '../../../../src/usecases/deps.ts';
import { makeRepository, type Repository } from '../../../git/repository.ts';
import { openStage, type Stage } from './stage.ts';
import type { StackSwarm } from './stack-swarm.ts';

let stage: Stage;
let repository: Repository & AsyncDisposable;
beforeAll(async () => {
  stage = await openStage();
});
beforeEach(async () => {
  repository = await makeRepository();
});
afterEach(async () => repository[Symbol.asyncDispose]());
afterAll(() => stage.close());

/** Deploys what git checks out of the repository, links and all. */
async function deploy(stack: StackSwarm, compose: string, links: Record<string, string>) {
  for (const [name, target] of Object.entries(links)) await symlink(target, join(repository.path, name));
  const files = 'compose.yaml' in links ? {} : { 'compose.yaml': compose };
  const commit = await repository.commit('Links', { ...files, 'inside.env': 'A=inside\n' });
  const git = createGit({ dataDir: join(repository.folder, 'data'), localRepositories: repository.folder });
  const checkout: Deps['git']['checkout'] = (request) =>
    git.checkout({ ...request, remote: { url: repository.path }, commit });
  const deps = stage.deps(stack);
  return stage.run(stack, await stage.make(stack), undefined, { ...deps, git: { ...deps.git, checkout } });
}

const outside = 'points outside the repository. Use a path inside it.';

describe('a link of the repository that leads to this host', () => {
  it.each<[what: string, compose: string, links: Record<string, string>, sentence: string]>([
    [
      'an env_file',
      'services: { web: { image: i, env_file: link } }',
      { link: '/etc/passwd' },
      `The env_file of \`web\` \`link\` ${outside}`,
    ],
    [
      'an env_file that may be missing',
      'services: { web: { image: i, env_file: [{ path: link, required: false }] } }',
      { link: '../../../../../../../../etc/passwd' },
      `The env_file of \`web\` \`link\` ${outside}`,
    ],
    [
      'an env_file in a linked folder',
      'services: { web: { image: i, env_file: folder/passwd } }',
      { folder: '/etc' },
      `The env_file of \`web\` \`folder/passwd\` ${outside}`,
    ],
    [
      'the environment of Shipmate',
      'services: { web: { image: i, env_file: link } }',
      { link: '/proc/self/environ' },
      `The env_file of \`web\` \`link\` ${outside}`,
    ],
    [
      'a config',
      'services: { web: { image: i, configs: [c] } }\nconfigs: { c: { file: link } }',
      { link: '/etc/passwd' },
      `The file for \`/c\` of \`web\` \`link\` ${outside}`,
    ],
    [
      'a secret',
      'services: { web: { image: i, secrets: [s] } }\nsecrets: { s: { file: link } }',
      { link: '/etc/passwd' },
      `The file for \`s\` of \`web\` \`link\` ${outside}`,
    ],
    ['a build context', 'services: { web: { build: link } }', { link: '/etc' }, `\`link\` ${outside}`],
    ['the compose file', '', { 'compose.yaml': '/etc/passwd' }, `The compose file \`compose.yaml\` ${outside}`],
  ])('is not followed as %s', async (_what, compose, links, sentence) => {
    const stack = await stage.application();
    const end = await deploy(stack, compose, links);
    expect(end.status).toBe('failed');
    expect(end.metadata.error).toContain(sentence);
    expect(stack.didOf('apply')).toEqual([]);
    // Nothing of the file is told either.
    expect(JSON.stringify([end.metadata, end.logs])).not.toContain('root:');
  });
});

it('a link inside the repository is followed', async () => {
  const stack = await stage.application();
  const end = await deploy(stack, 'services: { web: { image: i, env_file: link } }', { link: 'inside.env' });
  expect(end.status).toBe('success');
  expect(stack.specs[0]).toMatchObject({ env: { A: 'inside' } });
});
