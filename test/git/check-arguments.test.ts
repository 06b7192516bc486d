import { describe, expect, it } from '@jest/globals';
import { checkCommit, checkRef, checkUrl } from '../../src/git/check-arguments.ts';

describe('addresses', () => {
  it.each([
    'https://github.com/acme/api.git',
    'ssh://git@github.com/acme/api.git',
    'git@github.com:acme/api.git',
    'git://git.example.com/api',
    'file:///srv/api',
    '/srv/git/api',
  ])('takes %s', (url) => {
    expect(() => checkUrl(url)).not.toThrow();
  });

  it.each([
    ['an option', '--upload-pack=touch /tmp/x'],
    ['a helper', 'ext::sh -c touch% /tmp/x'],
    ['an option for ssh', 'ssh://-oProxyCommand=x/api'],
    ['an option for ssh in short form', 'git@host:-x'],
    ['a line break', 'https://example.com/a\nb'],
    ['another protocol', 'ftp://example.com/api'],
    ['a host that is none', 'ssh://git@%/acme/api'],
    ['nothing', ''],
  ])('refuses %s', (_, url) => {
    expect(() => checkUrl(url)).toThrow(expect.objectContaining({ name: 'UserError' }));
  });

  it('refuses credentials, without repeating them', () => {
    expect(() => checkUrl('https://ada:hunter2secret@example.com/api')).toThrow(/--token/);
    expect(() => checkUrl('https://ada:hunter2secret@example.com/api')).not.toThrow(/hunter2secret/);
  });
});

describe('refs', () => {
  it.each(['main', 'v1.4.2', 'feature/buy-button', 'HEAD', '3f2c91a'])('takes %s', (ref) => {
    expect(() => checkRef(ref)).not.toThrow();
  });

  it.each([
    '--upload-pack=x',
    '-x',
    '../../etc',
    'a..b',
    'a b',
    'a~1',
    'a^{}',
    'a:b',
    'x.lock',
    'a//b',
    'a\u0000b',
    '@',
    '',
  ])('refuses %j', (ref) => {
    expect(() => checkRef(ref)).toThrow(/is not a valid branch/);
  });

  it('takes nothing but a full commit id for a commit', () => {
    expect(() => checkCommit('a'.repeat(40))).not.toThrow();
    expect(() => checkCommit('a'.repeat(39))).toThrow(/40 hexadecimal/);
    expect(() => checkCommit('--all')).toThrow(/40 hexadecimal/);
  });
});
