import { describe, expect, it } from '@jest/globals';
import type { SourceType } from '../../src/entities/application.ts';
import { commitUrl, compareUrl } from '../../src/git-hosts/page-urls.ts';

const ends = { from: 'aaa', to: 'bbb' };

function originOf(sourceType: SourceType, cloneUrl: string) {
  return { sourceType, sourceConfig: { clone_url: cloneUrl } };
}

describe('the page that compares two commits', () => {
  it.each<[SourceType, string, string]>([
    ['github', 'https://github.com/acme/api.git', 'https://github.com/acme/api/compare/aaa...bbb'],
    ['github', 'https://github.com/acme/api/', 'https://github.com/acme/api/compare/aaa...bbb'],
    ['github', 'git@github.com:acme/api.git', 'https://github.com/acme/api/compare/aaa...bbb'],
    ['github', 'https://git.acme.example/a/b.git', 'https://git.acme.example/a/b/compare/aaa...bbb'],
    ['gitlab', 'https://gitlab.com/acme/team/api.git', 'https://gitlab.com/acme/team/api/-/compare/aaa...bbb'],
    ['gitlab', 'ssh://git@gitlab.acme.example:2222/a/b.git', 'https://gitlab.acme.example/a/b/-/compare/aaa...bbb'],
    ['bitbucket', 'git@bitbucket.org:acme/api.git', 'https://bitbucket.org/acme/api/branches/compare/bbb%0Daaa'],
    ['gitea', 'http://gitea.local:3000/acme/api.git', 'http://gitea.local:3000/acme/api/compare/aaa...bbb'],
    ['git', 'https://codeberg.org/acme/api.git', 'https://codeberg.org/acme/api/compare/aaa...bbb'],
    ['git', 'https://github.com/acme/api.git', 'https://github.com/acme/api/compare/aaa...bbb'],
  ])('of %s at %s is %s', (provider, cloneUrl, expected) => {
    expect(compareUrl(originOf(provider, cloneUrl), ends)).toBe(expected);
  });

  it.each<[SourceType, string]>([
    ['git', 'https://git.acme.example/a/b.git'],
    ['github', '/srv/repository'],
    ['github', 'file:///srv/repository'],
    ['github', 'git://git.acme.example/a/b.git'],
    ['github', 'https://github.com/'],
    ['github', 'ssh://git@%/acme/api.git'],
    ['github', 'git@1.2.3.4.5:acme/api.git'],
    ['docker', ''],
  ])('is not known of %s at %s', (provider, cloneUrl) => {
    expect(compareUrl(originOf(provider, cloneUrl), ends)).toBeUndefined();
  });

  it('is that of the host which has the compose file', () => {
    const clone_url = 'https://git.acme.example/a/b.git';
    const sourceType = 'docker_compose';
    expect(compareUrl({ sourceType, sourceConfig: { clone_url, provider: 'gitlab' } }, ends)).toBe(
      'https://git.acme.example/a/b/-/compare/aaa...bbb',
    );
    expect(compareUrl({ sourceType, sourceConfig: { clone_url } }, ends)).toBeUndefined();
  });

  it('never shows credentials', () => {
    const url = compareUrl(originOf('github', 'https://ada:hunter2@github.com/acme/api.git'), ends);
    expect(url).toBe('https://github.com/acme/api/compare/aaa...bbb');
  });
});

describe('the page of a commit', () => {
  it.each<[SourceType, string, string]>([
    ['github', 'git@github.com:acme/api.git', 'https://github.com/acme/api/commit/aaa'],
    ['gitlab', 'https://gitlab.com/acme/team/api.git', 'https://gitlab.com/acme/team/api/-/commit/aaa'],
    ['bitbucket', 'https://ada:secret@bitbucket.org/acme/api.git', 'https://bitbucket.org/acme/api/commits/aaa'],
    ['git', 'https://codeberg.org/acme/api.git', 'https://codeberg.org/acme/api/commit/aaa'],
  ])('of %s at %s is %s', (provider, cloneUrl, expected) => {
    expect(commitUrl(originOf(provider, cloneUrl), 'aaa')).toBe(expected);
  });
});
