import { setTimeout as delay } from 'node:timers/promises';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { type Deployment, isFinished, waitsForApproval } from '../../entities/deployment.ts';
import { oneLine } from '../../harmless-text.ts';
import { deploymentReply, deploymentText } from '../../replies/deployment-reply.ts';
import { deploymentData } from '../../replies/deployment-words.ts';
import type { Reply } from '../../replies/reply.ts';
import type { RequestState } from '../../usecases/assistants/read-request.ts';
import type { Deps } from '../../usecases/deps.ts';
import { type DeploymentView, readDeploymentView } from '../../usecases/deployments/read-deployment-view.ts';
import type { Waiting } from './waiting.ts';
import { toolResult } from './tool-result.ts';

type View = DeploymentView & { deployment: Deployment };

/** Between two looks at the deployment, milliseconds. */
const lookEveryMs = 500;

/**
 * How a deployment ended that a call has started, for a client that is told of its progress. The first reply where the
 * deployment waits for a person, where the time is up, and for whoever is not told or has left: it goes on without them.
 */
export async function followDeployment(deps: Deps, begun: Reply, waiting: Waiting): Promise<Reply> {
  const { deploymentId } = begun;
  if (deploymentId === undefined || !waiting.toTheEnd) return begun;
  const view = await awaitDeployment(deps, deploymentId, waiting, (one) => isFinished(one) || waitsForApproval(one));
  return view && isFinished(view.deployment) ? endOf(view) : begun;
}

/**
 * The same for what a person has approved, who is waited for once more where the application is protected. What has not
 * ended can be asked for again.
 */
export async function followApproved(
  deps: Deps,
  { deployment: id, id: request }: Pick<RequestState, 'deployment' | 'id'>,
  answer: CallToolResult,
  waiting: Waiting,
): Promise<CallToolResult> {
  if (id === undefined) return answer;
  const view = await awaitDeployment(deps, id, waiting.toTheEnd ? waiting : { ...waiting, waitMs: 0 }, isFinished);
  if (!view) return answer;
  if (isFinished(view.deployment)) return toolResult(endOf(view));
  const now = `Now ${stateOf(view)}. \`approval_result\` with the id \`${request.slice(0, 8)}\` tells how it ends.`;
  const { content, structuredContent } = toolResult({ tone: 'info', text: now, data: dataOf(view) });
  return {
    ...answer,
    content: [...answer.content, ...content],
    ...(structuredContent !== undefined && { structuredContent }),
  };
}

/** As it is once that is enough, the time is up or its assistant has left; undefined when it is gone. */
async function awaitDeployment(
  deps: Deps,
  id: string,
  { signal, tell, waitMs }: Waiting,
  isEnough: (deployment: Deployment) => boolean,
): Promise<View | undefined> {
  const until = performance.now() + waitMs;
  for (;;) {
    const view = await readDeploymentView(deps, id);
    if (!view || isEnough(view.deployment) || signal.aborted || performance.now() >= until) return view;
    await tell(stateOf(view));
    await delay(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
}

function stateOf(view: View): string {
  const [state = ''] = deploymentText(view, { times: false }).split('\n', 1);
  return oneLine(`${view.application}: ${state}`);
}

function endOf(view: View): Reply {
  return { ...deploymentReply(view), data: dataOf(view) };
}

function dataOf({ application, deployment }: View) {
  return { application, deployment: deploymentData(deployment) };
}
