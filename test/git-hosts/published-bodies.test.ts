import { expect, it } from '@jest/globals';
import { unfitBody } from '../support/forge/published-bodies.ts';

const at = (path: string) => new URL(path, 'http://host');

it.each([
  ['GitLab', 'POST', '/api/v4/projects/acme%2Fapi/hooks', { url: 'https://ship.example', tokens: 'x' }],
  ['GitLab', 'POST', `/api/v4/projects/1/statuses/${'a'.repeat(40)}`, { state: 'done' }],
  ['Gitea', 'POST', '/api/v1/repos/acme/api/hooks', { config: { url: 'https://ship.example' } }],
  ['Gitea', 'POST', '/api/v1/repos/acme/api/keys', { title: 'Shipmate', key: 'ssh-ed25519 AAAA', read_only: 'yes' }],
  ['Bitbucket', 'POST', '/2.0/repositories/acme/api/hooks', { url: 'https://ship.example', events: ['push'] }],
  ['Bitbucket', 'POST', '/2.0/repositories/acme/api/deploy-keys', { key: 'ssh-ed25519 AAAA' }],
  [
    'Data Center',
    'POST',
    '/rest/api/latest/projects/A/repos/b/commits/c/builds',
    { key: 'x', state: 'DONE', url: 'u' },
  ],
  ['GitHub', 'POST', '/api/v3/repos/acme/api/statuses/abc', { state: 'done' }],
])('the server in place of %s refuses a body that is not as published: %s %s', (_host, method, path, body) => {
  expect(unfitBody({ method, url: at(path), body })).toMatch(/✖|Unrecognized|Invalid/);
});

it('refuses a body whose description nobody has kept', () => {
  expect(unfitBody({ method: 'POST', url: at('/api/v4/projects/1/issues'), body: { title: 'x' } })).toBe(
    'no published body of POST /api/v4/projects/1/issues is kept in host-requests.json',
  );
});
