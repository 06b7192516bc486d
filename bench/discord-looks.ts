import { renderComponents } from '../src/bots/discord/components.ts';
import { renderEmbeds } from '../src/bots/discord/embeds.ts';
import { createStoredLines } from '../src/bots/discord/stored-lines.ts';
import type { DeploymentMetadata } from '../src/entities/deployment-metadata.ts';
import type { DeploymentStatus } from '../src/entities/deployment.ts';
import { liveReply } from '../src/replies/live-reply.ts';
import { round } from './support/table.ts';

export interface LookRow {
  edit: string;
  /** Bytes of the request's body. */
  embeds: number;
  components: number;
  ratio: number;
}

const asked: DeploymentMetadata = {
  trigger: 'command',
  ref: 'main',
  commit_title: 'Answer health checks before the pool is open',
  commit_author: 'grace',
  requested_by: 'ada (discord)',
};
const durations = { queue: 1, clone: 2, build: 31, roll_out: 12 };

const edits: { edit: string; status: DeploymentStatus; metadata: DeploymentMetadata; lastLines?: string[] }[] = [
  { edit: 'queued', status: 'pending', metadata: { ...asked, progress: { phase: 'queued' } } },
  {
    edit: 'building',
    status: 'building',
    metadata: { ...asked, durations: { queue: 1, clone: 2 }, progress: { phase: 'building', step: 7, steps: 12 } },
  },
  {
    edit: 'rolling out',
    status: 'deploying',
    metadata: {
      ...asked,
      durations: { queue: 1, clone: 2, build: 31 },
      progress: { phase: 'rolling_out', healthy: 1, desired: 3 },
    },
  },
  { edit: 'done', status: 'success', metadata: { ...asked, durations, duration_seconds: 46 } },
  {
    edit: 'failed',
    status: 'failed',
    metadata: { ...asked, durations, duration_seconds: 46, error: 'The new tasks do not answer.' },
    lastLines: Array.from({ length: 12 }, (_, at) => `12:00:${10 + at} connect ECONNREFUSED 10.0.1.${at}:5432`),
  },
];

/** What an edit of a live message sends to Discord in either look. */
export async function benchDiscordLooks(): Promise<LookRow[]> {
  const lines = createStoredLines();
  return edits.map(({ edit, lastLines, metadata, status }) => {
    const reply = liveReply({
      application: 'shop/api',
      deployment: { id: '3f2c1ab4-0000-4000-8000-000000000001', status, commitSha: 'c0ffee0', metadata },
      page: 'https://ship.example.com/deployments/3f2c1ab4-0000-4000-8000-000000000001',
      url: 'https://api.shop.example.com',
      canGoBack: true,
      lastLines,
    });
    const [embeds, components] = [renderEmbeds(reply, lines), renderComponents(reply, lines)].map(bytes);
    return {
      edit,
      embeds: embeds ?? 0,
      components: components ?? 0,
      ratio: round((components ?? 0) / (embeds ?? 1), 2),
    };
  });
}

function bytes(message: object): number {
  return Buffer.byteLength(JSON.stringify(message));
}
