import { createHash } from 'node:crypto';
import { harmless } from '../../../harmless-text.ts';
import type { DeploymentProgress } from '../../../entities/deployment-metadata.ts';
import { type Deployment, isFinished } from '../../../entities/deployment.ts';
import { type DeploymentFacts, readDeploymentFacts } from '../../../usecases/deployments/deployment-facts.ts';
import type { Deps } from '../../../usecases/deps.ts';
import { deploymentReply, imageSize, stepNames } from '../../../replies/deployment-reply.ts';
import { type DeploymentView, readDeploymentView } from '../../../usecases/deployments/read-deployment-view.ts';
import { deploymentOutcome } from '../../../replies/deployment-words.ts';
import type { Action } from '../../../replies/reply.ts';
import { pagePath } from './log.ts';
import { render } from './render.ts';
import type { Audience } from './viewer.ts';
import { formatDuration } from '../../../units/durations.ts';

/** The page's head above the log, in the same words as the deployment's chat message. */
export interface State {
  html: string;
  /** Changes with `html`. */
  version: string;
  /** Of the browser's tab. */
  title: string;
  /** For screen readers. */
  announcement: string;
  finished: boolean;
}

/** What the head is drawn from, the same for everybody. */
export interface StateSource {
  view: DeploymentView & { deployment: Deployment };
  facts: DeploymentFacts;
}

/** Undefined when the deployment is gone. Whoever gets it has to be allowed to see the deployment. */
export async function readState(deps: Deps, id: string): Promise<StateSource | undefined> {
  const view = await readDeploymentView(deps, id);
  if (!view) return undefined;
  return { view, facts: await readDeploymentFacts(deps.database.asSystem(), view.deployment) };
}

export function renderState(audience: Audience, { facts, view }: StateSource): State {
  const { deployment } = view;
  const { actions = [], title = '', text = '', ...reply } = deploymentReply(view);
  const [state = '', ...details] = text.split('\n');
  const html = render('state', {
    reply,
    title,
    state,
    details,
    deployment,
    facts,
    application: view.application,
    // Whoever holds only a link sees nothing else.
    applicationPath: audience.signedIn ? `/applications/${deployment.application.id}` : undefined,
    outdone: deployment.status === 'success' && view.outdone === true,
    outcome: deploymentOutcome(deployment),
    steps: stepsOf(deployment),
    imageSize: imageSize(deployment.metadata),
    took:
      deployment.metadata.duration_seconds === undefined
        ? undefined
        : formatDuration(deployment.metadata.duration_seconds * 1_000),
    actions: actions.map((action) => pressable(audience, action)),
    action: pagePath(audience),
  });
  return {
    // The page's script puts these in as they are.
    title: harmless(`${deploymentOutcome(deployment)} · ${title}`),
    announcement: harmless(state),
    finished: isFinished(deployment),
    html,
    version: createHash('sha256').update(html).digest('hex').slice(0, 12),
  };
}

/** The log is on this page. */
function pressable(audience: Audience, action: Action): Action & { href?: string } {
  if (action.command.startsWith('logs ')) return { ...action, href: `${pagePath(audience)}#log` };
  if (audience.signedIn) return action;
  return { ...action, href: `/sign-in?to=/deployments/${audience.deployment.id}` };
}

type Step = keyof typeof stepNames;

const stepOfPhase: Record<DeploymentProgress['phase'], Step> = {
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

export interface StepView {
  name: string;
  state: 'done' | 'current' | 'failed' | 'skipped' | 'waiting';
  took?: string;
}

/** The state of each step: from its duration once that is known, before that from the deployment's phase. */
function stepsOf({ application, metadata, status }: Deployment): StepView[] {
  const { durations = {}, progress } = metadata;
  const pulled = application.type === 'docker';
  const steps = (Object.keys(stepNames) as Step[]).filter((step) => !(pulled && step === 'clone'));
  const finished = isFinished({ status });
  const reached = steps.findLast((step) => durations[step] !== undefined);
  const now = finished ? reached : stepOfPhase[progress?.phase ?? 'queued'];
  const place = now === undefined ? -1 : steps.indexOf(now);
  const names: Record<Step, string> = { ...stepNames, queue: 'queue', ...(pulled && { build: 'pull' }) };
  return steps
    .map((step, at) => ({ step, at, took: durations[step] }))
    .filter(({ at, step, took }) => !['push', 'release'].includes(step) || at === place || took !== undefined)
    .map(({ at, step, took }) => ({
      name: names[step],
      ...(took !== undefined && { took: formatDuration(took * 1_000) }),
      state: finished ? outcome(at, took) : progressOf(at),
    }));

  function outcome(at: number, took: number | undefined): StepView['state'] {
    if (status !== 'success' && at === place) return 'failed';
    return took === undefined ? 'skipped' : 'done';
  }

  function progressOf(at: number): StepView['state'] {
    if (at === place) return 'current';
    return at < place ? 'done' : 'waiting';
  }
}
