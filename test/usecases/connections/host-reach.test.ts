import { describe, expect, it } from '@jest/globals';
import { whyUnreachable } from '../../../src/usecases/connections/host-reach.ts';

const github = 'https://github.com/acme/api.git';
const ownGitLab = 'git@gitlab.acme.example:acme/api.git';

describe('a public URL that no delivery reaches', () => {
  it.each([
    'http://127.0.0.1:8080',
    'http://localhost:8080',
    'http://ship.localhost',
    'http://[::1]:8080',
    'http://0.0.0.0:8080',
  ])('is %s, of this machine', (url) => {
    expect(whyUnreachable(url, 'github', github)).toBe(
      `GitHub cannot reach Shipmate: \`${url}\` leads to this machine only. ` +
        'Set `SHIPMATE_PUBLIC_URL` to an address that it reaches, e.g. `https://ship.example.com`, and start Shipmate again.',
    );
    expect(whyUnreachable(url, 'gitlab', ownGitLab)).toContain('GitLab cannot reach Shipmate');
  });

  it.each([
    'http://shipmate:8080',
    'http://10.1.2.3',
    'http://192.168.1.5:8080',
    'http://172.20.0.2',
    'http://100.100.1.1',
    'http://169.254.1.1',
    'http://[fd00::1]',
    'http://ship.local',
    'https://ship.acme.internal',
    'https://ship.home.arpa.',
  ])('is %s, of a private network, for a host on the internet only', (url) => {
    expect(whyUnreachable(url, 'github', github)).toContain('is known in a private network only');
    expect(whyUnreachable(url, 'github', 'https://acme.ghe.com/acme/api')).toContain('GitHub cannot reach Shipmate');
    expect(whyUnreachable(url, 'gitea', 'https://codeberg.org/acme/api')).toContain('Gitea cannot reach Shipmate');
    expect(whyUnreachable(url, 'gitlab', ownGitLab)).toBeUndefined();
  });

  it.each([
    ['https://ship.example.com', github],
    ['http://203.0.113.7:8080', github],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:3000/acme/api.git'],
    ['http://localhost:8080', 'http://127.0.0.1:3000/acme/api.git'],
    ['http://git.acme.internal:8080', 'https://git.acme.internal/acme/api.git'],
    ['http://127.0.0.1:8080', '/srv/git/acme/api'],
  ])('is not %s for %s', (url, repository) => {
    expect(whyUnreachable(url, 'gitea', repository)).toBeUndefined();
  });
});
