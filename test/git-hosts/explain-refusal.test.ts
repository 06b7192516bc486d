import { describe, expect, it } from '@jest/globals';
import { explainRefusal } from '../../src/git-hosts/explain-refusal.ts';

function explain(headers: Record<string, string>, problem: 'missing' | 'wrong' = 'wrong'): string {
  return explainRefusal('github', { headers, body: Buffer.alloc(0) }, problem);
}

describe('a delivery that was refused', () => {
  it.each([
    [{ 'x-gitea-event': 'push', 'x-gogs-event': 'push', 'x-github-event': 'push' }, 'Gitea', 'gitea'],
    [{ 'x-forgejo-event': 'push', 'x-github-event': 'push' }, 'Gitea', 'gitea'],
    [{ 'x-gitlab-event': 'Push Hook' }, 'GitLab', 'gitlab'],
    [{ 'x-event-key': 'repo:push', 'user-agent': 'Bitbucket-Webhooks/2.0' }, 'Bitbucket', 'bitbucket'],
    [{ 'x-event-key': 'repo:refs_changed' }, 'Bitbucket Data Center', 'bitbucket-data-center'],
    [
      { 'x-event-key': 'diagnostics:ping', 'user-agent': 'Atlassian HttpClient 4.0' },
      'Bitbucket Data Center',
      'bitbucket-data-center',
    ],
  ])('is told where it belongs: %j', (headers, title, provider) => {
    const sentence = new RegExp(`^This is a delivery of ${title}.*\\. Send it to \`/webhooks/${provider}\`\\.$`);
    expect(explain(headers)).toMatch(sentence);
    expect(explain(headers, 'missing')).toMatch(sentence);
  });

  it.each([
    [{ 'x-gogs-event': 'push' }, /^Gogs is not supported; /],
    [{ 'user-agent': 'VSServices/19.225' }, /^Azure DevOps does not sign its webhooks/],
  ])('is told that its host is none of ours: %j', (headers, sentence) => {
    expect(explain(headers, 'missing')).toMatch(sentence);
  });

  it('of the right host is told about its signature', () => {
    expect(explain({ 'x-github-event': 'push' }, 'missing')).toBe(
      'The signature is missing. Set the secret in the webhook.',
    );
    expect(explain({ 'x-github-event': 'push' })).toBe(
      'The signature is wrong. Copy the secret again from `app connect`.',
    );
  });

  it.each(['0', '1e300', 'soon'])('is no worse for the timestamp %s', (stamp) => {
    expect(explain({ 'webhook-timestamp': stamp })).toMatch(/^The (delivery was signed at 1970|signature is wrong)/);
  });
});
