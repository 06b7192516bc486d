import { labelKeys } from '../../swarm/labels.ts';
import type { Deps } from '../deps.ts';

/** How long the output of one that has ended can be read, milliseconds. */
const keptMs = 3_600_000;

/** Ends commands whose time is over, and removes those that ended an hour ago. */
export async function endRuns({ swarm }: Pick<Deps, 'swarm'>, now = Date.now()): Promise<string | undefined> {
  let [late, old] = [0, 0];
  for (const { endedAt, labels, name } of await swarm.oneOffs()) {
    const until = Date.parse(labels[labelKeys.until] ?? '');
    const isOld = endedAt !== undefined && endedAt.getTime() + keptMs <= now;
    // Those of scheduled commands are ended where their output is kept.
    const isLate = endedAt === undefined && until <= now && labels[labelKeys.cron] === undefined;
    if (!isOld && !isLate) continue;
    await swarm.remove(name);
    old += Number(isOld);
    late += Number(isLate);
  }
  return late + old === 0 ? undefined : `${late} ended, ${old} removed`;
}
