import { expect, it } from '@jest/globals';
import { renderReply } from '../../src/bots/slack/render.ts';
import { liveReply } from '../../src/replies/live-reply.ts';
import type { DeploymentView } from '../../src/usecases/deployments/read-deployment-view.ts';
import { wordsOf } from '../support/slack/people.ts';

const ended: DeploymentView = {
  application: 'shop/api',
  deployment: {
    id: 'd1',
    status: 'success',
    commitSha: '3f2c1ab00000000000000000000000000000dead',
    metadata: {
      requested_by: 'ada (console)',
      duration_seconds: 41.2,
      durations: { clone: 1.04, build: 30, roll_out: 10 },
      image_size_mb: 87,
    },
  },
};

it('says in its text how long each step took, for platforms that draw no steps', () => {
  expect(liveReply(ended).text).toBe(
    'done in 41 s\nasked by ada (console) · clone 1 s · build 30 s · roll-out 10 s · image 83 MiB',
  );
});

it('says beside its steps what they do not say', () => {
  expect(liveReply(ended).steps).toMatchObject({
    title: 'done in 41 s',
    beside: 'asked by ada (console) · image 83 MiB',
  });
});

it('states the time of a step once in a plan of Slack', () => {
  const words = wordsOf(renderReply(liveReply(ended), new Set()).blocks);
  expect(words.split('30 s')).toHaveLength(2);
  expect(words).toContain('asked by ada (console) · image 83 MiB');
});
