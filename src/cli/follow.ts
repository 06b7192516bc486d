import { setTimeout as delay } from 'node:timers/promises';
import { harmless } from '../harmless-text.ts';
import { formatDuration } from '../units/durations.ts';
import type { Client, DeploymentView } from './client.ts';

const pollMs = 700;

/** Writes the deployment's log as it grows, until the deployment has ended. */
export async function follow(client: Client, id: string, write: (line: string) => void): Promise<DeploymentView> {
  let after = 0;
  for (;;) {
    const view = await client.deployment(id, after);
    for (const line of view.log) {
      write(`  ${harmless(line.message)}`);
      after = line.id;
    }
    if (view.finished && view.log.length === 0) return view;
    if (view.log.length === 0) await delay(pollMs);
  }
}

/** One sentence on how it ended. */
export function ending({ application, deployment }: DeploymentView): string {
  const { outcome, metadata } = deployment;
  const took =
    metadata.duration_seconds === undefined ? '' : ` in ${formatDuration(metadata.duration_seconds * 1_000)}`;
  const why = metadata.error === undefined ? '' : `: ${metadata.error}`;
  return harmless(`${application}: ${outcome}${took}${why}`);
}
