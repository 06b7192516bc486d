import { setTimeout as delay } from 'node:timers/promises';
import { isFinished, waitsForApproval } from '../../entities/deployment.ts';
import { oneLine } from '../../harmless-text.ts';
import { deploymentReply, deploymentText } from '../../replies/deployment-reply.ts';
import { deploymentData } from '../../replies/deployment-words.ts';
import type { Reply } from '../../replies/reply.ts';
import type { Deps } from '../../usecases/deps.ts';
import { readDeploymentView } from '../../usecases/deployments/read-deployment-view.ts';
import type { Waiting } from './ask-first.ts';

/** Between two looks at the deployment, milliseconds. */
const lookEveryMs = 500;

/**
 * How a deployment ended that a call has started, for a client that is told of its progress. The first reply where the
 * deployment waits for a person, where the time is up, and for whoever is not told or has left: it goes on without them.
 */
export async function followDeployment(deps: Deps, begun: Reply, waiting: Waiting): Promise<Reply> {
  const { deploymentId } = begun;
  if (deploymentId === undefined || !waiting.isTold) return begun;
  const until = performance.now() + waiting.waitMs;
  while (!waiting.signal.aborted && performance.now() < until) {
    const view = await readDeploymentView(deps, deploymentId);
    if (!view || waitsForApproval(view.deployment)) return begun;
    const { application, deployment } = view;
    if (isFinished(deployment)) {
      return { ...deploymentReply(view), data: { application, deployment: deploymentData(deployment) } };
    }
    const [state = ''] = deploymentText(view, { times: false }).split('\n', 1);
    await waiting.tell(oneLine(`${application}: ${state}`));
    await delay(lookEveryMs, undefined, { signal: waiting.signal }).catch(() => undefined);
  }
  return begun;
}
