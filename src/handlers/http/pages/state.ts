import { createHash } from 'node:crypto';
import type { DeploymentProgress } from '../../../entities/deployment-metadata.ts';
import { isFinished } from '../../../entities/deployment.ts';
import { type DeploymentFacts, readDeploymentFacts } from '../../../usecases/deployment-facts.ts';
import type { Deps } from '../../../usecases/deps.ts';
import { deploymentReply, type DeploymentView, duration, stepNames } from '../../deployment-reply.ts';
import { readDeploymentView } from '../../deployment-view.ts';
import { outcomeOf } from '../../present.ts';
import type { Action } from '../../reply.ts';
import { pagePath } from './log.ts';
import { render } from './render.ts';
import type { Viewing } from './viewer.ts';

/** What the page says of a deployment above its log; the same words as its message in chat. */
export interface State {
  html: string;
  /** Changes with `html`. */
  version: string;
  /** Of the browser's tab. */
  title: string;
  /** For those who do not see it. */
  announcement: string;
  finished: boolean;
}

/** Reads the state as often as it is called; undefined when the deployment is gone. */
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
  const { application } = deployment;
  const html = render('state', {
    reply,
    title,
    state,
    details,
    deployment,
    facts,
    application: view.application,
    outcome: outcomeOf(deployment),
    isDocker: application.type === 'docker',
    steps: stepsOf(view),
    took:
      deployment.metadata.duration_seconds === undefined ? undefined : duration(deployment.metadata.duration_seconds),
    actions: actions.map((action) => pressable(viewing, action)),
    action: pagePath(viewing),
  });
  return {
    title: `${outcomeOf(deployment)} · ${title}`,
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

/** Each step and how it went: by its duration once that is known, before that by where the deployment is. */
function stepsOf({ deployment: { metadata, status } }: Pick<DeploymentView, 'deployment'>): StepView[] {
  const { durations = {}, progress } = metadata;
  const steps = Object.keys(stepNames) as Step[];
  const finished = isFinished({ status });
  const reached = steps.findLast((step) => durations[step] !== undefined);
  const now = finished ? reached : stepOfPhase[progress?.phase ?? 'queued'];
  const place = now === undefined ? -1 : steps.indexOf(now);
  return steps
    .map((step, at): StepView & { step: Step } => {
      const took = durations[step];
      const ended = {
        step,
        name: step === 'queue' ? 'queue' : stepNames[step],
        ...(took !== undefined && { took: duration(took) }),
      };
      if (finished && status !== 'success' && at === place) return { ...ended, state: 'failed' };
      if (finished) return { ...ended, state: took === undefined ? 'skipped' : 'done' };
      if (at === place) return { ...ended, state: 'current' };
      return { ...ended, state: at < place ? 'done' : 'waiting' };
    })
    .filter(({ state, step }) => step !== 'push' || state === 'current' || durations.push !== undefined);
}
