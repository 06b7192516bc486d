import type { DeploymentMetadata, DeploymentProgress } from '../entities/deployment-metadata.ts';
import { type Deployment, isFinished } from '../entities/deployment.ts';
import type { Action, Reply, Tone } from '../handlers/reply.ts';

/** What the live message of a deployment is drawn from. */
export interface DeploymentView {
  /** e.g. `shop/api` */
  application: string;
  deployment: Pick<Deployment, 'id' | 'status' | 'commitSha' | 'metadata'>;
  /** Where visitors reach the application. */
  url?: string | undefined;
  /** The log's last lines that matter, for one that failed; redacted. */
  lastLines?: string[] | undefined;
}

const stepNames = { queue: 'waited', clone: 'clone', build: 'build', push: 'push', roll_out: 'roll-out' } as const;

/** The live message of a deployment, at whatever point it is. */
export function deploymentReply(view: DeploymentView): Reply {
  const { application, deployment, lastLines = [], url } = view;
  const { metadata, status } = deployment;
  return {
    tone: toneOf(view),
    title: titleOf(view),
    text: [stateOf(view), ...detailsOf(view)].join('\n'),
    deploymentId: deployment.id,
    actions: actionsOf(view),
    ...(status === 'failed' && !metadata.reason && lastLines.length > 0 && { code: lastLines.join('\n') }),
    ...(status === 'success' && url !== undefined && { link: { label: application, url } }),
  };
}

function titleOf({ application, deployment: { commitSha, metadata } }: DeploymentView): string {
  const version = commitSha ? commitSha.slice(0, 7) : (metadata.ref ?? '');
  const title = metadata.commit_title ? ` ${metadata.commit_title}` : '';
  return `${metadata.rollback_of ? 'Rollback of ' : ''}${application} ${version}${title}`.trim();
}

function toneOf({ deployment: { metadata, status } }: DeploymentView): Tone {
  if (status === 'success') return 'success';
  if (status === 'rolled_back' || metadata.reason === 'superseded' || metadata.reason === 'cancelled') return 'warning';
  return status === 'failed' ? 'danger' : 'info';
}

function stateOf({ deployment: { metadata, status } }: DeploymentView): string {
  if (status === 'success') return `done in ${seconds(metadata.duration_seconds)}`;
  if (status === 'rolled_back') return `rolled back. ${metadata.error ?? ''}`.trim();
  if (status === 'failed') return failure(metadata);
  return metadata.cancel_requested_by
    ? `cancelling, asked by ${metadata.cancel_requested_by}`
    : progressText(metadata.progress);
}

function failure({ error, reason }: DeploymentMetadata): string {
  const why = error ?? 'no reason was recorded';
  if (reason === 'cancelled' || reason === 'superseded') return `${reason}. ${why}`;
  return `failed. ${why}`;
}

function progressText(progress: DeploymentProgress | undefined): string {
  const { phase = 'queued', step, steps, healthy, desired } = progress ?? {};
  const tasks = `${healthy ?? 0}/${desired ?? 0} tasks healthy`;
  const texts: Record<DeploymentProgress['phase'], string> = {
    queued: 'queued',
    cloning: 'cloning',
    building: step === undefined ? 'building' : `building (step ${step} of ${steps ?? '?'})`,
    pushing: 'pushing the image',
    rolling_out: `rolling out (${tasks})`,
    watching: `watching the new tasks (${tasks})`,
  };
  return texts[phase];
}

function detailsOf({ deployment: { metadata, status } }: DeploymentView): string[] {
  const by = metadata.requested_by ? [`asked by ${metadata.requested_by}`] : [];
  if (status !== 'success') return by;
  const steps = Object.entries(stepNames).flatMap(([key, name]) => {
    const value = metadata.durations?.[key as keyof typeof stepNames];
    return value !== undefined && value >= 0.5 ? [`${name} ${seconds(value)}`] : [];
  });
  const image = metadata.image_size_mb === undefined ? [] : [`image ${metadata.image_size_mb} MB`];
  const reused = metadata.build_cache_hit ? ['already built'] : [];
  return [[...by, ...steps, ...reused, ...image].join(' · ')].filter((line) => line !== '');
}

function actionsOf({ application, deployment }: DeploymentView): Action[] {
  if (!isFinished(deployment)) return [{ label: 'Cancel', command: `cancel ${application}`, style: 'danger' }];
  if (deployment.status === 'success')
    return [{ label: 'Roll back', command: `rollback ${application}`, style: 'danger' }];
  if (deployment.metadata.reason === 'superseded') return [];
  return [
    { label: 'Logs', command: `logs ${application} --build` },
    { label: 'Retry', command: `redeploy ${application}` },
  ];
}

function seconds(value: number | undefined): string {
  if (value === undefined) return '?';
  return value < 10 ? `${Math.round(value * 10) / 10} s` : `${Math.round(value)} s`;
}
