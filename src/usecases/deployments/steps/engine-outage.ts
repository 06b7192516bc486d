import { setTimeout as delay } from 'node:timers/promises';
import { EngineAwayError } from '../../../swarm/engine-errors.ts';
import { formatDuration } from '../../../units/durations.ts';
import { change, type DeploymentContext } from './deployment-context.ts';

/** How often a Docker that is away is asked, milliseconds. */
const pollMs = 1_000;

/**
 * Waits for a Docker that went away during a deployment: an upgrade or a restart passes, and every step continues from
 * what is done already.
 */
export interface EnginePatience {
  /** Whether `error` is that Docker did not answer, and it does so again. False after the limit, in all. */
  outlasts(error: unknown): Promise<boolean>;
}

export function openEnginePatience(context: DeploymentContext): EnginePatience {
  const { deployment, deps, log, signal } = context;
  let leftMs = deps.config.deployments.dockerTimeoutMs;

  async function answers(): Promise<boolean> {
    try {
      await deps.swarm.ping();
      // Its connection is lost, and so is what it made.
      await deps.swarm.cleanUpBuild(deployment.id);
      return true;
    } catch (error) {
      if (error instanceof EngineAwayError) return false;
      throw error;
    }
  }

  /** In the live message, until the step that is resumed tells its own progress. */
  async function show(waitsForDocker: boolean): Promise<void> {
    const { waitsForDocker: _before, ...progress } = deployment.metadata.progress ?? { phase: 'queued' as const };
    await change(context, { metadata: { progress: waitsForDocker ? { ...progress, waitsForDocker } : progress } });
  }

  return {
    async outlasts(error) {
      if (!(error instanceof EngineAwayError) || signal.aborted || leftMs <= 0) return false;
      const begun = performance.now();
      log.line(`${error.message} Waiting up to ${formatDuration(leftMs)} for it`, 'warn');
      await show(true);
      while (!signal.aborted && performance.now() - begun < leftMs) {
        if (await answers()) {
          log.line('Docker answers again; the deployment continues');
          await show(false);
          leftMs -= performance.now() - begun;
          return true;
        }
        await delay(Math.min(pollMs, leftMs), undefined, { signal }).catch(() => undefined);
      }
      leftMs = 0;
      return false;
    },
  };
}
