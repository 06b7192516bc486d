import { CronRun } from '../../entities/cron-run.ts';
import { reasonOf } from '../../swarm/engine-errors.ts';
import { labelKeys } from '../../swarm/labels.ts';
import type { OneOffStatus } from '../../swarm/services/beside.ts';
import type { RolloutProgress } from '../../swarm/swarm.ts';
import { formatDuration } from '../../units/durations.ts';
import { loadEnvironment } from '../applications/application-environment.ts';
import { redactLog } from '../applications/redact-log.ts';
import type { Deps } from '../deps.ts';
import { endRun } from './end-run.ts';

/** Of the output, which its page has in whole for an hour. */
const mostOutput = { lines: 200, characters: 20_000 };
/** A run without a task after this long has lost it, milliseconds. */
const startMs = 60_000;

/** Records the ends of runs, and ends those whose time is over; returns how many. */
export async function settleRuns(deps: Deps, now: Date, signal: AbortSignal): Promise<number> {
  const populate = ['cronCommand.application.project'] as const;
  const running = await deps.database.asSystem().find(CronRun, { status: 'running' }, { populate });
  if (running.length === 0) return 0;
  const tasks = new Map((await deps.swarm.oneOffs()).map((task) => [task.name, task]));
  let ended = 0;
  for (const run of running) {
    signal.throwIfAborted();
    if (await settleRun(deps, run, { task: tasks.get(run.serviceName ?? ''), now, signal })) ended += 1;
  }
  return ended;
}

interface Seen {
  task: OneOffStatus | undefined;
  now: Date;
  signal: AbortSignal;
}

async function settleRun(deps: Deps, run: CronRun, { now, signal, task }: Seen): Promise<boolean> {
  if (!task) {
    if (now.getTime() - (run.startedAt?.getTime() ?? 0) < startMs) return false;
    // It may have done its work: only a person knows whether it may run again.
    const reason = 'Its task was cancelled, or removed before its end was seen.';
    await endRun(deps, run.id, { status: 'failed', reason, mayRetry: false });
    return true;
  }
  if (task.endedAt) {
    const output = await outputOf(deps, run, task.name);
    let last: RolloutProgress | undefined;
    for await (const progress of deps.swarm.watch(task.name, 0, signal)) last = progress;
    await endRun(deps, run.id, { ...endOf(last), output, mayRetry: true });
    return true;
  }
  if (Date.parse(task.labels[labelKeys.until] ?? '') > now.getTime()) return false;
  const output = await outputOf(deps, run, task.name);
  await deps.swarm.remove(task.name);
  const took = formatDuration(run.cronCommand.limitSeconds * 1_000);
  const reason = `It did not finish within ${took}, so it was ended.`;
  await endRun(deps, run.id, { status: 'failed', reason, output, mayRetry: true });
  return true;
}

function endOf(last: RolloutProgress | undefined): {
  status: 'succeeded' | 'failed';
  reason?: string;
  exitCode?: number;
} {
  if (last?.state === 'converged') return { status: 'succeeded', exitCode: 0 };
  const exitCode = last?.failures?.at(-1)?.exitCode;
  const [reason = 'it ended without a reason'] = last?.taskErrors ?? [];
  return { status: 'failed', reason, ...(exitCode !== undefined && { exitCode }) };
}

/** The end of it, without secrets. */
async function outputOf(deps: Deps, { cronCommand }: CronRun, name: string): Promise<string> {
  try {
    const { lines } = await deps.swarm.logs(name, { lines: mostOutput.lines });
    const { secretValues } = await loadEnvironment(deps, deps.database.asSystem(), cronCommand.application);
    return (await redactLog(secretValues, lines)).join('\n').slice(-mostOutput.characters);
  } catch (error) {
    return `The output could not be read: ${reasonOf(error)}`;
  }
}
