import type { DeploymentView } from '../usecases/deployments/read-deployment-view.ts';
import type { DeploymentMetadata, DeploymentProgress } from '../entities/deployment-metadata.ts';
import { isFinished, waitsForApproval } from '../entities/deployment.ts';
import { formatDuration } from '../units/durations.ts';
import { formatSize } from '../units/sizes.ts';
import { approvalLines } from './approval-lines.ts';
import { actionsOf, isUnwanted } from './deployment-actions.ts';
import { type StepKey, stepNames } from './deployment-steps.ts';
import type { Reply, Tone } from './reply.ts';

/** A deployment in any state. */
export function deploymentReply(view: DeploymentView): Reply {
  const { application, deployment, lastLines = [], outdone = false, page, url } = view;
  const { status } = deployment;
  const compare = waitsForApproval(deployment) ? deployment.metadata.range?.compare_url : undefined;
  return {
    tone: deploymentTone(view),
    title: titleOf(view),
    text: deploymentText(view),
    deploymentId: deployment.id,
    actions: actionsOf(view),
    ...(wentWrong(deployment) && lastLines.length > 0 && { code: lastLines.join('\n') }),
    ...(page !== undefined && { page }),
    ...(compare !== undefined && { link: { label: 'What changes', url: compare } }),
    // The address leads to what is live, which a newer deployment has become.
    ...(status === 'success' && !outdone && url !== undefined && { link: { label: application, url } }),
  };
}

/** @param times Whether it says how long each step took (default: yes). */
export function deploymentText(view: DeploymentView, { times = true } = {}): string {
  const { deployment } = view;
  const approval = waitsForApproval(deployment) ? approvalLines(deployment) : [];
  return [stateText(view), ...deploymentDetails(view, times), ...approval].join('\n');
}

/** Not when people stopped it. */
export function wentWrong(deployment: DeploymentView['deployment']): boolean {
  return deployment.status === 'rolled_back' || (deployment.status === 'failed' && !isUnwanted(deployment));
}

function titleOf({ application, deployment: { commitSha, metadata } }: DeploymentView): string {
  const version = commitSha ? commitSha.slice(0, 7) : (metadata.ref ?? '');
  const title = metadata.commit_title ? ` ${metadata.commit_title}` : '';
  const from = metadata.promoted_from ? ` from ${metadata.promoted_from.application}` : '';
  return `${metadata.rollback_of ? 'Rollback of ' : ''}${application} ${version}${from}${title}`.trim();
}

function deploymentTone({ deployment }: DeploymentView): Tone {
  if (deployment.status === 'success') return 'success';
  if (deployment.status === 'rolled_back' || isUnwanted(deployment)) return 'warning';
  return deployment.status === 'failed' ? 'danger' : 'info';
}

function stateText({ deployment, preview, waitsFor }: DeploymentView): string {
  const { metadata, status } = deployment;
  if (waitsForApproval(deployment))
    return preview
      ? 'waiting for approval by a member: its commit comes from outside'
      : 'waiting for approval by an admin';
  if (status === 'success') {
    const done = `done in ${shownSeconds(metadata.duration_seconds)}`;
    return metadata.note === undefined ? done : `${done}. ${metadata.note}`;
  }
  if (status === 'rolled_back') return ['rolled back.', metadata.error].join(' ').trim();
  if (status === 'failed') return failure(metadata);
  if (metadata.cancel_requested_by) return `cancelling, asked by ${metadata.cancel_requested_by}`;
  return progressText(metadata, waitsFor);
}

function failure({ error, reason }: DeploymentMetadata): string {
  const outcome = reason?.replaceAll('_', ' ') ?? 'failed';
  return `${outcome}. ${error ?? 'No reason was recorded.'}`;
}

const phases: Record<DeploymentProgress['phase'], string> = {
  queued: 'queued',
  checking: 'waiting for the commit’s checks',
  cloning: 'cloning',
  pulling: 'pulling the image',
  building: 'building',
  pushing: 'pushing the image',
  release: 'running the release command',
  rolling_out: 'rolling out',
  watching: 'watching the new tasks',
};

function progressText(metadata: DeploymentMetadata, waitsFor: string | undefined): string {
  const phase = metadata.progress?.phase ?? 'queued';
  if (phase === 'queued' && waitsFor !== undefined) return `queued behind ${waitsFor}`;
  const detail = progressDetail(metadata);
  const text = detail === undefined ? phases[phase] : `${phases[phase]} (${detail})`;
  return metadata.progress?.waitsForDocker ? `${text}; waiting for Docker, which does not answer` : text;
}

/** How far the current step is; undefined when it does not say. */
export function progressDetail({ checks, progress }: DeploymentMetadata): string | undefined {
  const { check, phase = 'queued', step, steps, healthy = 0, desired = 0, trouble } = progress ?? {};
  if (phase === 'checking') return `${checks?.done ?? 0} of ${checks?.total || '?'}`;
  if (phase === 'building' && step !== undefined) return `step ${step} of ${steps ?? '?'}`;
  if (phase !== 'rolling_out' && phase !== 'watching') return undefined;
  const failing = trouble ?? check;
  const tasks = `${healthy}/${desired} ${desired === 1 ? 'task' : 'tasks'} healthy`;
  return failing === undefined ? tasks : `${tasks}; ${failing}`;
}

/** One line: who asked, and how long it took once it has ended. */
function deploymentDetails({ deployment }: DeploymentView, times: boolean): string[] {
  const { metadata, status } = deployment;
  const { commit_author: author, requested_by: by } = metadata;
  const same = author !== undefined && by?.toLowerCase().startsWith(author.toLowerCase());
  const who = [...(by ? [`asked by ${by}`] : []), ...(author && !same ? [`commit by ${author}`] : [])];
  const parts = [
    ...who,
    ...(metadata.approval?.state === 'approved' ? [`approved by ${metadata.approval.decided_by ?? '?'}`] : []),
    ...(isFinished(deployment) ? [...spent(metadata, status === 'success', times), ...image(metadata)] : []),
  ];
  return parts.length > 0 ? [parts.join(' · ')] : [];
}

/** How long each step took, and all of them together unless that has been said. */
function spent(
  { duration_seconds: total, durations }: DeploymentMetadata,
  totalIsSaid: boolean,
  times: boolean,
): string[] {
  const all = Object.entries(stepNames).flatMap(([key, name]) => {
    const value = durations?.[key as StepKey];
    return value !== undefined && value >= 0.5 ? [`${name} ${shownSeconds(value)}`] : [];
  });
  const steps = times ? all : [];
  return totalIsSaid || total === undefined ? steps : [`after ${shownSeconds(total)}`, ...steps];
}

function image(metadata: DeploymentMetadata): string[] {
  const size = imageSize(metadata);
  return [...(metadata.build_cache_hit ? ['already built'] : []), ...(size === undefined ? [] : [`image ${size}`])];
}

/** Of the image, from the millions of bytes that the row keeps. */
export function imageSize({ image_size_mb: megabytes }: DeploymentMetadata): string | undefined {
  return megabytes === undefined ? undefined : formatSize(megabytes * 1e6);
}

/** Of seconds; `?` when nothing was measured. */
function shownSeconds(seconds: number | undefined): string {
  return seconds === undefined ? '?' : formatDuration(seconds * 1_000);
}
