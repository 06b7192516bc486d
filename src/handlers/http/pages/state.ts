import { createHash } from 'node:crypto';
import { harmless } from '../../../harmless-text.ts';
import { type Deployment, isFinished } from '../../../entities/deployment.ts';
import { type DeploymentFacts, readDeploymentFacts } from '../../../usecases/deployments/deployment-facts.ts';
import type { Deps } from '../../../usecases/deps.ts';
import { deploymentReply, imageSize } from '../../../replies/deployment-reply.ts';
import { type DeploymentStep, deploymentSteps, type StepKey, stepNames } from '../../../replies/deployment-steps.ts';
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

type StepView = Omit<DeploymentStep, 'key'> & { name: string };

function stepsOf(deployment: Deployment): StepView[] {
  const pulls = deployment.application.type === 'docker';
  const names: Record<StepKey, string> = { ...stepNames, queue: 'queue', ...(pulls && { build: 'pull' }) };
  return deploymentSteps(deployment, pulls).map(({ key, ...step }) => ({ name: names[key], ...step }));
}
