import { isDeepStrictEqual } from 'node:util';
import type Docker from 'dockerode';
import { ConflictError, UnavailableError } from '../../errors.ts';
import type { Asked, Reach } from './asked.ts';
import { type Changes, watchChanges } from './changes.ts';
import { removeService, rollBackService } from './control.ts';
import { answering } from '../engine-errors.ts';
import type { EndedContainers } from './ended-containers.ts';
import { failingCheck } from './failing-check.ts';
import { inspectService, tasksWithHealth } from './inspect.ts';
import { hasEndedUnnoticed } from './last-look.ts';
import { isGivenUp, type Misdirected, misdirectedBy } from './misdirected.ts';
import type { Observation } from './observation.ts';
import { type Reaching, startReaching } from './reachability.ts';
import { beginningOf, observe } from './progress.ts';
import { removeUnusedSecrets } from './secrets.ts';
import type { RolloutProgress, TaskFailure } from '../swarm.ts';
import { collectFailures } from './task-failures.ts';

export interface FollowOptions {
  /** Polling interval without events, milliseconds. */
  pollMs: number;
  /** How long a task may wait for a node that takes it, milliseconds. */
  placementMs: number;
  /** How long the Engine may be silent (a restart, an upgrade), milliseconds. */
  silenceMs: number;
  /** How long an application may take until it takes connections, milliseconds. */
  startMs: number;
}

/** What is followed. */
export interface Followed {
  name: string;
  /** How long healthy tasks are watched, seconds. */
  monitorSeconds: number;
  /** What the service is to be; see `observe`. */
  asked?: Asked | undefined;
}

/**
 * Where Swarm does not act by itself (a first version, a version that fails after its update has ended), so many
 * tasks that ended make a crash loop.
 */
const crashLoop = 3;

/** A look reads every task of the service, so one with many tasks is looked at less often: milliseconds for each. */
const pausePerTaskMs = 10;
const longestPauseMs = 1_000;

/** What one roll-out has shown so far. Times are of the monotonic clock, milliseconds. */
interface Memory {
  /** When the roll-out began, by the Engine's clock, milliseconds since 1970. */
  began: number | undefined;
  healthyIds: string[];
  healthySince: number;
  stuckSince: number | undefined;
  failedIds: Set<string>;
  errors: string[];
  failures: TaskFailure[];
  reverted: boolean;
  /** What the last failed health check of a task that starts printed. */
  check: string | undefined;
  /** Undefined as soon as a task is healthy. */
  misdirected: Misdirected | undefined;
  reaching: Reaching | undefined;
  ended: EndedContainers;
}

/**
 * Watches the service until its roll-out has ended. Healthy is only believed after the same tasks have been so for
 * `monitorSeconds`, Swarm has ended its own watching, and their containers still run. Where Swarm would go on for ever
 * (crash loop of what Swarm does not roll back, tasks that no node takes) the version before is brought back; a first
 * version is removed.
 */
export async function* follow(
  docker: Docker,
  { asked, monitorSeconds, name }: Followed,
  signal: AbortSignal,
  options: FollowOptions,
): AsyncGenerator<RolloutProgress> {
  const memory = remember();
  using ended = new DisposableStack();
  const ending = ended.adopt(new AbortController(), (controller) => controller.abort());
  const whileFollowed = AbortSignal.any([signal, ending.signal]);
  await using changes = await watchChanges(docker, name, signal);
  for (;;) {
    signal.throwIfAborted();
    const looked = await look(docker, { name, asked }, changes, signal, options, memory);
    if (!looked) {
      yield { state: 'failed', healthy: 0, desired: 0, taskErrors: ['the service was removed'], version: 0 };
      return;
    }
    const { seen, service } = looked;
    keepReaching(docker, asked?.reach, seen, memory, options, whileFollowed);
    let progress = judge(memory, seen, monitorSeconds, options);
    if (isHopeless(memory, seen, options)) {
      const end = await giveUp(docker, name, service, progress);
      if (end) {
        yield end;
        return;
      }
      Object.assign(memory, { failedIds: new Set(), stuckSince: undefined, misdirected: undefined });
      continue;
    }
    if (progress.state === 'converged' && (await hasEndedUnnoticed(docker, name, seen.healthy))) {
      progress = { ...progress, state: 'watching' };
    }
    if (isEnd(progress)) await answering(() => removeUnusedSecrets(docker, name, service));
    yield progress;
    if (isEnd(progress)) return;
    const pause = Math.min(longestPauseMs, progress.desired * pausePerTaskMs);
    const wait = Math.min(Math.max(options.pollMs, pause * 2), untilLasted(memory, monitorSeconds));
    await changes.next(wait, pause).catch(() => signal.throwIfAborted());
  }
}

/** Once all tasks are healthy, they are connected to, while Swarm and Shipmate still watch them. */
function keepReaching(
  docker: Docker,
  reach: Reach | undefined,
  { healthy, healthyIds, progress }: Observation,
  memory: Memory,
  { startMs }: FollowOptions,
  signal: AbortSignal,
): void {
  if (!reach || progress.reverted || progress.state !== 'watching' || progress.desired === 0) {
    memory.reaching = undefined;
  } else if (!isDeepStrictEqual(memory.reaching?.ids, healthyIds)) {
    memory.reaching = startReaching(docker, reach, healthy, startMs, signal);
  }
}

/** Milliseconds until what is healthy now has been so for long enough; for ever once it has. */
function untilLasted({ healthySince }: Memory, monitorSeconds: number): number {
  const left = healthySince + monitorSeconds * 1_000 - performance.now();
  return left > 0 ? left : Number.POSITIVE_INFINITY;
}

function remember(): Memory {
  return {
    began: undefined,
    healthyIds: [],
    healthySince: 0,
    stuckSince: undefined,
    failedIds: new Set(),
    errors: [],
    failures: [],
    reverted: false,
    check: undefined,
    misdirected: undefined,
    reaching: undefined,
    ended: new Map(),
  };
}

/** Adds what only time tells: whether healthy has lasted, and errors of tasks that Swarm has forgotten since. */
function judge(
  memory: Memory,
  { progress, swarmActs, ...seen }: Observation,
  monitorSeconds: number,
  options: FollowOptions,
): RolloutProgress {
  const now = performance.now();
  if (!isDeepStrictEqual(memory.healthyIds, seen.healthyIds)) {
    Object.assign(memory, { healthyIds: seen.healthyIds, healthySince: now });
  }
  // Of the version before, only what comes after the rollback counts.
  if (progress.reverted && !memory.reverted) Object.assign(memory, { reverted: true, failedIds: new Set() });
  memory.stuckSince = seen.stuck ? (memory.stuckSince ?? now) : undefined;
  for (const id of seen.failedIds) memory.failedIds.add(id);
  memory.errors = [...new Set([...progress.taskErrors, ...memory.errors])];
  const lasted = progress.desired === 0 || now - memory.healthySince >= monitorSeconds * 1_000;
  const { failures, reaching } = memory;
  const why = (reaching?.failed && reaching.why) || (isLost(memory, options) && memory.misdirected?.text) || undefined;
  if (why !== undefined) memory.errors = [why, ...memory.errors];
  const converged = progress.state === 'watching' && !swarmActs && lasted && reaching?.open !== false;
  const { errors } = memory;
  const check = reaching?.why ?? memory.check;
  return {
    ...progress,
    taskErrors: errors,
    ...(failures.length > 0 && { failures: [...failures] }),
    ...(check !== undefined && { check }),
    ...(converged && { state: 'converged' }),
  };
}

/** Whether it has listened where nobody looks for it for so long that it will stay so. */
function isLost({ misdirected }: Memory, { startMs }: FollowOptions): boolean {
  return misdirected !== undefined && isGivenUp(misdirected, startMs, performance.now());
}

function isHopeless(memory: Memory, { progress, swarmActs }: Observation, options: FollowOptions): boolean {
  if (progress.state === 'failed' || progress.state === 'rolled_back') return false;
  if (memory.reaching?.failed || isLost(memory, options)) return true;
  const crashing = !swarmActs && memory.failedIds.size >= crashLoop;
  return crashing || (memory.stuckSince !== undefined && performance.now() - memory.stuckSince > options.placementMs);
}

/** Undefined when it has started a rollback, which still has to be followed. */
async function giveUp(
  docker: Docker,
  name: string,
  service: Docker.Service,
  progress: RolloutProgress,
): Promise<RolloutProgress | undefined> {
  // The version that it would go back to is the one that failed.
  if (progress.reverted) return { ...progress, state: 'failed' };
  const { PreviousSpec, Spec, UpdateStatus } = service;
  const hasOther = PreviousSpec && !isDeepStrictEqual(PreviousSpec.TaskTemplate, Spec?.TaskTemplate);
  if (hasOther && (await answering(() => rollBackService(docker, name)))) return undefined;
  if (!PreviousSpec && !UpdateStatus) await answering(() => removeService(docker, name)).catch(unlessStillEnding);
  return { ...progress, state: 'failed' };
}

/** Containers that take long to end on a busy machine are no reason to lose why the version failed. */
function unlessStillEnding(error: unknown): void {
  if (!(error instanceof ConflictError)) throw error;
}

function isEnd({ state }: RolloutProgress): boolean {
  return state === 'converged' || state === 'rolled_back' || state === 'failed';
}

/** Tolerates a restart of the Engine, during which Swarm continues. @returns undefined when there is no service. */
async function look(
  docker: Docker,
  { asked, name }: Pick<Followed, 'name' | 'asked'>,
  changes: Changes,
  signal: AbortSignal,
  options: FollowOptions,
  memory: Memory,
): Promise<{ service: Docker.Service; seen: Observation } | undefined> {
  const end = performance.now() + options.silenceMs;
  for (;;) {
    try {
      return await answering(async () => {
        const service = await inspectService(docker, name);
        if (!service) return undefined;
        memory.began ??= beginningOf(service);
        const tasks = await tasksWithHealth(docker, service, memory.ended);
        const seen = observe(service, tasks, asked, memory.began);
        await collectFailures(docker, seen.failing, memory.failures);
        const failing = await failingCheck(docker, seen.starting);
        memory.check = failing === undefined ? undefined : `health check: ${failing}`;
        const listening = seen.progress.reverted || seen.healthy.length > 0;
        memory.misdirected = listening ? undefined : misdirectedBy(failing, memory.misdirected, performance.now());
        return { service, seen };
      });
    } catch (error) {
      if (!(error instanceof UnavailableError) || performance.now() > end) throw error;
      await changes.next(options.pollMs).catch(() => signal.throwIfAborted());
    }
  }
}
