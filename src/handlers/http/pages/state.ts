import { createHash } from 'node:crypto';
import type { DeploymentProgress } from '../../../entities/deployment-metadata.ts';
import { type Deployment, isFinished } from '../../../entities/deployment.ts';
import { type DeploymentFacts, readDeploymentFacts } from '../../../usecases/deployments/deployment-facts.ts';
import type { Deps } from '../../../usecases/deps.ts';
import { deploymentReply, imageSize, stepNames } from '../../../replies/deployment-reply.ts';
import { readDeploymentView } from '../../../usecases/deployments/read-deployment-view.ts';
import { deploymentOutcome } from '../../../replies/deployment-words.ts';
import type { Action } from '../../../replies/reply.ts';
import { pagePath } from './log.ts';
import { render } from './render.ts';
import type { Viewing } from './viewer.ts';
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

/** Reads the state on each call; undefined when the deployment is gone. */
export function stateReader(deps: Deps, viewing: Viewing): () => Promise<State | undefined> {
  let facts: { commit: string | null | undefined; read: Promise<DeploymentFacts> } | undefined;
  return async () => {
    const view = await readDeploymentView(deps, viewing.deployment.id);
    if (!view) return undefined;
    const { deployment } = view;
    // They hang on the commit alone, which is known from the start for the most part.
    if (!facts || facts.commit !== deployment.commitSha)
      facts = { commit: deployment.commitSha, read: readDeploymentFacts(viewing.reader(), deployment) };
    return renderState(viewing, view, await facts.read);
  };
}

type FullView = NonNullable<Awaited<ReturnType<typeof readDeploymentView>>>;

function renderState(viewing: Viewing, view: FullView, facts: DeploymentFacts): State {
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
    outcome: deploymentOutcome(deployment),
    steps: stepsOf(deployment),
    imageSize: imageSize(deployment.metadata),
    took:
      deployment.metadata.duration_seconds === undefined
        ? undefined
        : formatDuration(deployment.metadata.duration_seconds * 1_000),
    actions: actions.map((action) => pressable(viewing, action)),
    action: pagePath(viewing),
  });
  return {
    title: `${deploymentOutcome(deployment)} · ${title}`,
    announcement: state,
    finished: isFinished(deployment),
    html,
    version: createHash('sha256').update(html).digest('hex').slice(0, 12),
  };
}

/** The log is on this page. */
function pressable(viewing: Viewing, action: Action): Action & { href?: string } {
  if (action.command.startsWith('logs ')) return { ...action, href: `${pagePath(viewing)}#log` };
  if (viewing.user) return action;
  return { ...action, href: `/sign-in?to=/deployments/${viewing.deployment.id}` };
}

type Step = keyof typeof stepNames;

const stepOfPhase: Record<DeploymentProgress['phase'], Step> = {
  queued: 'queue',
  checking: 'queue',
  cloning: 'clone',
  pulling: 'build',
  building: 'build',
  pushing: 'push',
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
    .filter(({ at, step, took }) => step !== 'push' || at === place || took !== undefined)
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
