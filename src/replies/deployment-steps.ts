import type { DeploymentProgress } from '../entities/deployment-metadata.ts';
import { type Deployment, isFinished } from '../entities/deployment.ts';
import { formatDuration } from '../units/durations.ts';

/** The steps of a deployment by their keys in `metadata.durations`, in order, as a sentence names them. */
export const stepNames = {
  queue: 'waited',
  clone: 'clone',
  build: 'build',
  push: 'push',
  release: 'release command',
  roll_out: 'roll-out',
} as const;

export type StepKey = keyof typeof stepNames;

export interface DeploymentStep {
  key: StepKey;
  state: 'done' | 'current' | 'failed' | 'skipped' | 'waiting';
  /** How long it took, once it has ended. */
  took?: string;
}

const stepOfPhase: Record<DeploymentProgress['phase'], StepKey> = {
  queued: 'queue',
  checking: 'queue',
  cloning: 'clone',
  pulling: 'build',
  building: 'build',
  pushing: 'push',
  release: 'release',
  rolling_out: 'roll_out',
  watching: 'roll_out',
};

/** Only deployments that need them have these. */
const optional = new Set<StepKey>(['push', 'release']);

/**
 * The state of each step: from its duration once that is known, before that from the deployment's phase.
 * @param pulls Its image is pulled, so there is no clone.
 */
export function deploymentSteps(
  { metadata, status }: Pick<Deployment, 'metadata' | 'status'>,
  pulls: boolean,
): DeploymentStep[] {
  const { durations = {}, progress } = metadata;
  const keys = (Object.keys(stepNames) as StepKey[]).filter((key) => !(pulls && key === 'clone'));
  const finished = isFinished({ status });
  const reached = keys.findLast((key) => durations[key] !== undefined);
  const now = finished ? reached : stepOfPhase[progress?.phase ?? 'queued'];
  const place = now === undefined ? -1 : keys.indexOf(now);
  return keys
    .map((key, at) => ({ key, at, took: durations[key] }))
    .filter(({ at, key, took }) => !optional.has(key) || at === place || took !== undefined)
    .map(({ at, key, took }) => ({
      key,
      ...(took !== undefined && { took: formatDuration(took * 1_000) }),
      state: finished ? outcome(at, took) : progressOf(at),
    }));

  function outcome(at: number, took: number | undefined): DeploymentStep['state'] {
    if (status !== 'success' && at === place) return 'failed';
    return took === undefined ? 'skipped' : 'done';
  }

  function progressOf(at: number): DeploymentStep['state'] {
    if (at === place) return 'current';
    return at < place ? 'done' : 'waiting';
  }
}
