import { describe, expect, it } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gitProviders } from '../../src/entities/git-provider.ts';
import { gitHosts, recogniseGitHost } from '../../src/git-hosts/registry.ts';

const src = join(import.meta.dirname, '../../src');

describe('the registry of git hosts', () => {
  it('has a member for every id that the database takes, and no other', () => {
    expect(Object.keys(gitHosts)).toEqual([...gitProviders]);
  });

  it.each(gitProviders)('has every part of %s', async (id) => {
    const { hostLabels, hostNames = [], loadApi, pages, title, webhook } = gitHosts[id];
    expect(title.toLowerCase().replaceAll(' ', '-')).toBe(id);
    expect(hostLabels.map((label) => recogniseGitHost(`${label}.example.com`))).toEqual(hostLabels.map(() => id));
    expect(hostNames.map(recogniseGitHost)).toEqual(hostNames.map(() => id));
    expect([...hostLabels, ...hostNames]).not.toEqual([]);
    expect(pages.comparePath('aaa', 'bbb')).toMatch(/aaa.*bbb|bbb.*aaa/);
    expect(pages.commitPath('aaa')).toContain('aaa');
    expect(pages.webhookSteps).toMatch(/Webhooks.*push/);
    expect(webhook.makeSecret()).toMatch(/^.{43,}$/);
    expect(webhook.makeSecret()).not.toBe(webhook.makeSecret());
    expect((await loadApi()).address(`https://${id}.example.com/acme/api.git`)).toMatch(/^https:/);
  });

  it.each(gitProviders)('finds its parts of %s in one folder', (id) => {
    expect(globSync('*.ts', { cwd: join(src, 'git-hosts', id) })).toEqual(
      expect.arrayContaining(['index.ts', 'webhook.ts', 'api.ts', 'pages.ts']),
    );
  });
});

describe('a git host that a server belongs to', () => {
  it.each([
    ['github.com', 'github'],
    ['github.acme.example', 'github'],
    ['gitlab.com', 'gitlab'],
    ['code.gitlab.acme.example', 'gitlab'],
    ['bitbucket.org', 'bitbucket'],
    ['altssh.bitbucket.org', 'bitbucket'],
    ['bitbucket.acme.example', 'bitbucket-data-center'],
    ['stash.acme.example', 'bitbucket-data-center'],
    ['acme.ghe.com', 'github'],
    ['GitHub.com', 'github'],
    ['codeberg.org', 'gitea'],
    ['gitea.com', 'gitea'],
    ['forgejo.acme.example', 'gitea'],
  ])('of %s is %s', (hostname, id) => {
    expect(recogniseGitHost(hostname)).toBe(id);
  });

  it.each(['git.acme.example', 'notgithub.com', 'notbitbucket.org', 'acme.github', 'github', ''])(
    'is not told by %j',
    (hostname) => {
      expect(recogniseGitHost(hostname)).toBeUndefined();
    },
  );
});

describe('the rest of Shipmate', () => {
  /** Where ids of git hosts belong; Docker knows one by itself. */
  const rooms = [
    'git-hosts/',
    'entities/',
    'migrations/',
    'compose/remote-source.ts',
    // The commands of the one host that has apps.
    'handlers/commands/host-app.ts',
  ];
  const hostName = new RegExp(
    String.raw`\b(${[...gitProviders, 'forgejo', 'codeberg', 'gogs', 'azure devops'].join('|')})\b`,
    'i',
  );

  /** What runs: without comments, and without URLs, which are examples and references. */
  function codeOf(file: string): string {
    return readFileSync(join(src, file), 'utf8')
      .replaceAll(/(?:\w+:\/\/|git@)[^\s'"`)]+/g, '')
      .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  }

  it('names no git host', () => {
    const files = globSync('**/*.{ts,eta}', { cwd: src }).filter(
      (file) => !rooms.some((room) => file.startsWith(room)),
    );
    expect(files.length).toBeGreaterThan(300);
    expect(files.filter((file) => hostName.test(codeOf(file)))).toEqual([]);
  });
});
