import type { DeploymentView } from '../../src/usecases/deployments/read-deployment-view.ts';
import { explain } from '../../src/causes/explain.ts';
import { liveReply } from '../../src/replies/live-reply.ts';
import type { Reply } from '../../src/replies/reply.ts';

/** One message of a conversation: what a person typed, or what Shipmate answered. */
export interface Message {
  who: string;
  at: string;
  said: string | Reply;
}

const base = {
  application: 'shop/api',
  page: 'https://ship.example.com/deployments/5f0c2d1e',
  url: 'https://api.shop.example.com',
  canGoBack: true,
};

const metadata = {
  trigger: 'command',
  ref: 'main',
  commit_title: 'Price in the customer’s currency',
  commit_author: 'Grace',
  requested_by: 'Ada',
} as const;

function deployment(over: Partial<DeploymentView['deployment']>): DeploymentView['deployment'] {
  return { id: '5f0c2d1e', status: 'deploying', commitSha: '3f2c1ab9d0c4', metadata, ...over };
}

const rollingOut = liveReply({
  ...base,
  deployment: deployment({ metadata: { ...metadata, progress: { phase: 'rolling_out', healthy: 2, desired: 3 } } }),
});

const done = liveReply({
  ...base,
  deployment: deployment({
    status: 'success',
    metadata: {
      ...metadata,
      duration_seconds: 41.2,
      durations: { clone: 1.1, build: 24, roll_out: 15 },
      image_size_mb: 142,
    },
  }),
});

const printed = ['Error: connect ECONNREFUSED 10.0.3.7:5432', '    at TCPConnectWrap.afterConnect [as oncomplete]'];
const { cause, mend } = explain(
  { lines: printed, key_lines: 1, exit_code: 1, errors: ['exited with 1'] },
  { app: base.application },
);

const rolledBack = liveReply({
  ...base,
  lastLines: printed,
  deployment: deployment({
    status: 'rolled_back',
    commitSha: 'a81b20e77c51',
    metadata: {
      ...metadata,
      commit_title: 'Move to the new database host',
      error: `The new version did not stay healthy: ${cause}. The previous version still serves. ${mend}`,
      durations: { clone: 1, build: 19, roll_out: 22 },
      duration_seconds: 43,
    },
  }),
});

/** What the README shows. */
export const conversation: Message[] = [
  { who: 'Ada', at: '10:41', said: '/ship deploy shop/api' },
  { who: 'Shipmate', at: '10:41', said: rollingOut },
  { who: 'Shipmate', at: '10:41 · the same message, edited', said: done },
  { who: 'Shipmate', at: '11:07', said: rolledBack },
];
