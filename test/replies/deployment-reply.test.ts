import { describe, expect, it } from '@jest/globals';
import type { DeploymentView } from '../../src/usecases/deployments/read-deployment-view.ts';
import { deploymentReply } from '../../src/replies/deployment-reply.ts';
import type { DeploymentMetadata } from '../../src/entities/deployment-metadata.ts';
import type { DeploymentStatus } from '../../src/entities/deployment.ts';

interface Over extends Partial<Omit<DeploymentView, 'deployment'>> {
  status?: DeploymentStatus;
  commitSha?: string | null;
}

function view(metadata: DeploymentMetadata, { status = 'building', commitSha, ...over }: Over = {}): DeploymentView {
  const sha = commitSha === undefined ? '3f2c1ab00000000000000000000000000000dead' : commitSha;
  return { application: 'shop/api', deployment: { id: 'd1', status, commitSha: sha, metadata }, ...over };
}

const firstLine = (metadata: DeploymentMetadata, over?: Over) =>
  deploymentReply(view(metadata, over)).text?.split('\n')[0];
const details = (metadata: DeploymentMetadata, over?: Over) =>
  deploymentReply(view(metadata, over)).text?.split('\n')[1];
const commands = (metadata: DeploymentMetadata, over?: Over) =>
  deploymentReply(view(metadata, over)).actions?.map(({ command }) => command);

describe('the state', () => {
  it.each<[string, DeploymentMetadata, Over]>([
    ['queued', {}, { status: 'pending' }],
    ['queued', { progress: { phase: 'queued' } }, { status: 'pending' }],
    ['queued behind 1234567', { progress: { phase: 'queued' } }, { status: 'pending', waitsFor: '1234567' }],
    ['cloning', { progress: { phase: 'cloning' } }, {}],
    ['building', { progress: { phase: 'building' } }, {}],
    ['building (step 2 of 7)', { progress: { phase: 'building', step: 2, steps: 7 } }, {}],
    ['building (step 2 of ?)', { progress: { phase: 'building', step: 2 } }, {}],
    ['pulling the image', { progress: { phase: 'pulling' } }, {}],
    ['pushing the image', { progress: { phase: 'pushing' } }, {}],
    [
      'building; waiting for Docker, which does not answer',
      { progress: { phase: 'building', waitsForDocker: true } },
      {},
    ],
    ['running the release command', { progress: { phase: 'release' } }, {}],
    ['rolling out (0/1 task healthy)', { progress: { phase: 'rolling_out', healthy: 0, desired: 1 } }, {}],
    ['rolling out (2/3 tasks healthy)', { progress: { phase: 'rolling_out', healthy: 2, desired: 3 } }, {}],
    ['watching the new tasks (3/3 tasks healthy)', { progress: { phase: 'watching', healthy: 3, desired: 3 } }, {}],
    ['cancelling, asked by ada', { progress: { phase: 'cloning' }, cancel_requested_by: 'ada' }, {}],
    ['done in 41 s', { duration_seconds: 41.2 }, { status: 'success' }],
    ['done in 4.2 s', { duration_seconds: 4.2 }, { status: 'success' }],
    ['done in 1 s. Nothing runs.', { duration_seconds: 1, note: 'Nothing runs.' }, { status: 'success' }],
    ['done in 2 min 5 s', { duration_seconds: 125 }, { status: 'success' }],
    ['failed. The build ended with 1.', { error: 'The build ended with 1.' }, { status: 'failed' }],
    ['failed. No reason was recorded.', {}, { status: 'failed' }],
    ['cancelled. Cancelled by ada.', { reason: 'cancelled', error: 'Cancelled by ada.' }, { status: 'failed' }],
    ['timed out. Too slow.', { reason: 'timed_out', error: 'Too slow.' }, { status: 'failed' }],
    ['interrupted. It was killed.', { reason: 'interrupted', error: 'It was killed.' }, { status: 'failed' }],
    ['superseded. By 1234567.', { reason: 'superseded', error: 'By 1234567.' }, { status: 'failed' }],
    ['rolled back. The one before serves.', { error: 'The one before serves.' }, { status: 'rolled_back' }],
  ])('%s', (expected, metadata, over) => {
    expect(firstLine(metadata, over)).toBe(expected);
  });

  it.each<[string, DeploymentMetadata, DeploymentStatus]>([
    ['info', {}, 'pending'],
    ['info', { cancel_requested_by: 'ada' }, 'deploying'],
    ['success', {}, 'success'],
    ['danger', {}, 'failed'],
    ['danger', { reason: 'timed_out' }, 'failed'],
    ['warning', { reason: 'cancelled' }, 'failed'],
    ['warning', { reason: 'superseded' }, 'failed'],
    ['warning', {}, 'rolled_back'],
  ])('is %s for %j %s', (tone, metadata, status) => {
    expect(deploymentReply(view(metadata, { status })).tone).toBe(tone);
  });
});

describe('the title', () => {
  it.each<[string, DeploymentMetadata, Over]>([
    ['shop/api 3f2c1ab Fix the cart', { commit_title: 'Fix the cart' }, {}],
    ['shop/api 3f2c1ab', {}, {}],
    ['shop/api caddy:2', { ref: 'caddy:2' }, { commitSha: null }],
    ['Rollback of shop/api 3f2c1ab', { rollback_of: 'd0' }, {}],
  ])('%s', (expected, metadata, over) => {
    expect(deploymentReply(view(metadata, over)).title).toBe(expected);
  });
});

describe('the details', () => {
  const spent: DeploymentMetadata = {
    requested_by: 'ada (console)',
    commit_author: 'Grace',
    duration_seconds: 41.2,
    durations: { queue: 0.1, clone: 1.04, build: 30, roll_out: 10 },
    image_size_mb: 87,
  };

  it.each<[string | undefined, DeploymentMetadata, Over]>([
    [undefined, {}, {}],
    ['asked by ada (console) · commit by Grace', spent, {}],
    ['asked by ada (github)', { requested_by: 'ada (github)', commit_author: 'Ada' }, {}],
    [
      'asked by ada (console) · commit by Grace · clone 1 s · build 30 s · roll-out 10 s · image 83 MiB',
      spent,
      { status: 'success' },
    ],
    ['after 12 s · build 11 s', { duration_seconds: 12, durations: { build: 11 } }, { status: 'failed' }],
    ['already built · image 83 MiB', { build_cache_hit: true, image_size_mb: 87 }, { status: 'success' }],
  ])('%s', (expected, metadata, over) => {
    expect(details(metadata, over)).toBe(expected);
  });
});

describe('what can be done', () => {
  it.each<[string[], DeploymentMetadata, Over]>([
    [['cancel shop/api --deployment d1'], {}, { status: 'pending' }],
    [['cancel shop/api --deployment d1'], {}, { status: 'deploying' }],
    [[], {}, { status: 'success' }],
    [['rollback shop/api --live d1'], {}, { status: 'success', canGoBack: true }],
    [
      ['why d1', 'logs shop/api --deployment d1', 'redeploy shop/api --deployment d1 --live none'],
      {},
      { status: 'failed' },
    ],
    [['why d1', 'logs shop/api --deployment d1'], {}, { status: 'failed', outdone: true, live: 'd2' }],
    [
      ['why d1', 'logs shop/api --deployment d1', 'redeploy shop/api --deployment d1 --live d0'],
      {},
      { status: 'rolled_back', live: 'd0' },
    ],
    [['redeploy shop/api --deployment d1 --live none'], { reason: 'cancelled' }, { status: 'failed' }],
    [[], { reason: 'cancelled' }, { status: 'failed', outdone: true, live: 'd2' }],
    [[], { reason: 'superseded' }, { status: 'failed' }],
  ])('%j for %j %j', (expected, metadata, over) => {
    expect(commands(metadata, over)).toEqual(expected);
  });
});

describe('what is shown under it', () => {
  const more = { url: 'http://api.shop.localhost', lastLines: ['npm error', 'exit 1'] };

  it.each<[DeploymentStatus, DeploymentMetadata, string | undefined, string | undefined]>([
    ['success', {}, undefined, 'http://api.shop.localhost'],
    ['failed', {}, 'npm error\nexit 1', undefined],
    ['failed', { reason: 'timed_out' }, 'npm error\nexit 1', undefined],
    ['failed', { reason: 'cancelled' }, undefined, undefined],
    ['rolled_back', {}, 'npm error\nexit 1', undefined],
    ['building', {}, undefined, undefined],
  ])('%s %j', (status, metadata, code, url) => {
    const reply = deploymentReply(view(metadata, { status, ...more }));
    expect(reply.code).toBe(code);
    expect(reply.link?.url).toBe(url);
  });
});

describe('one that waits for its approval', () => {
  const approval = { state: 'waiting', expires_at: '2026-11-25T12:00:00.000Z' } as const;
  const range = {
    from: 'a'.repeat(40),
    to: 'b'.repeat(40),
    count: 7,
    newest: ['bbbbbbb Fix the cart (Ada)', 'ccccccc Count (Ben)'],
    compare_url: 'https://github.com/acme/api/compare/a...b',
  };
  const shown = (metadata: DeploymentMetadata, status: DeploymentStatus = 'pending') => {
    const one = view({ requested_by: 'ada (slack)', approval, ...metadata }, { status });
    return deploymentReply({ ...one, deployment: { ...one.deployment, id: '3f2c1ab4-0000-4000-8000-000000000000' } });
  };

  it('says who asked, what changes and until when', () => {
    const { text, link, tone } = shown({ range });
    expect(text?.split('\n')).toEqual([
      'waiting for approval by an admin',
      'asked by ada (slack)',
      'aaaaaaa..bbbbbbb, 7 commits',
      '• bbbbbbb Fix the cart (Ada)',
      '• ccccccc Count (Ben)',
      '… and 5 more',
      'Expires at 2026-11-25 12:00 UTC.',
    ]);
    expect(link).toEqual({ label: 'What changes', url: range.compare_url });
    expect(tone).toBe('info');
  });

  it('warns of commits that go away', () => {
    expect(shown({ range: { ...range, count: 1, dropped: 2, newest: [] } }).text).toContain(
      'aaaaaaa..bbbbbbb, 1 commit; 2 commits of what is live would go away',
    );
  });

  it('offers to approve, to deny with a reason, and to cancel', () => {
    expect(shown({}).actions).toEqual([
      { label: 'Approve', command: 'approve 3f2c1ab4', style: 'primary' },
      { label: 'Deny', command: 'deny 3f2c1ab4', form: true },
      {
        label: 'Cancel',
        command: 'cancel shop/api --deployment 3f2c1ab4',
        style: 'danger',
        confirm: 'Cancel the deployment of `shop/api`?',
      },
    ]);
  });

  it('is an ordinary one once it is approved, and says by whom', () => {
    const reply = shown({ range, approval: { ...approval, state: 'approved', decided_by: 'lea (slack)' } });
    expect(reply.text).toBe('queued\nasked by ada (slack) · approved by lea (slack)');
    expect(reply.actions?.map(({ label }) => label)).toEqual(['Cancel']);
  });

  it('is nothing to decide on once it has ended', () => {
    expect(shown({ range, reason: 'superseded' }, 'failed')).toMatchObject({ actions: [], tone: 'warning' });
  });
});

describe('what cannot be taken back', () => {
  it.each<[DeploymentStatus, string]>([
    ['building', 'Cancel the deployment of `shop/api`?'],
    ['success', 'Roll `shop/api` back to the version before?'],
  ])('is asked before: %s', (status, question) => {
    expect(deploymentReply(view({}, { status, canGoBack: true })).actions).toMatchObject([{ confirm: question }]);
  });
});

describe('a promotion', () => {
  it('says where it comes from', () => {
    const promoted_from = { deployment: 'd0', application: 'shop/api-staging' };
    expect(deploymentReply(view({ promoted_from, commit_title: 'Fix the cart' })).title).toBe(
      'shop/api 3f2c1ab from shop/api-staging Fix the cart',
    );
  });
});
