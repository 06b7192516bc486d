import type { DeploymentView } from '../usecases/deployments/read-deployment-view.ts';
import { deploymentReply, deploymentText, progressDetail } from './deployment-reply.ts';
import { deploymentSteps, type StepKey } from './deployment-steps.ts';
import type { Reply, Step } from './reply.ts';

const titles: Record<StepKey, string> = {
  queue: 'Queue',
  clone: 'Clone',
  build: 'Build',
  push: 'Push the image',
  release: 'Release command',
  roll_out: 'Roll out',
};

/** The live message of a deployment: what any message says of it, with its steps. */
export function liveReply(view: DeploymentView): Reply {
  const reply = deploymentReply(view);
  const [title = '', ...beside] = deploymentText(view, { times: false }).split('\n');
  return { ...reply, steps: { title, steps: stepsOf(view, reply.code), beside: beside.join('\n') } };
}

/** @param output The lines that matter when it went wrong. */
function stepsOf({ deployment, pulls = false }: DeploymentView, output: string | undefined): Step[] {
  const watches = deployment.metadata.progress?.phase === 'watching';
  return deploymentSteps(deployment, pulls).map(({ key, state, took }) => {
    const detail = state === 'current' ? progressDetail(deployment.metadata) : took;
    const title = pulls && key === 'build' ? 'Pull the image' : titles[key];
    return {
      id: key,
      title: watches && state === 'current' ? 'Watch the new tasks' : title,
      state,
      ...(detail !== undefined && { detail }),
      ...(state === 'failed' && output !== undefined && { output }),
    };
  });
}
