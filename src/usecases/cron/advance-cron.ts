import type { Deps } from '../deps.ts';
import { planRuns } from './plan-runs.ts';
import { settleRuns } from './settle-runs.ts';
import { startRuns } from './start-runs.ts';

/** Records the ends of scheduled commands, and starts those that are due. Returns what it did, for `schedule list`. */
export async function advanceCron(deps: Deps, signal: AbortSignal, now = new Date()): Promise<string | undefined> {
  const ended = await settleRuns(deps, now, signal);
  await planRuns(deps, now);
  const started = await startRuns(deps, signal);
  return started + ended === 0 ? undefined : `${started} started, ${ended} ended`;
}
