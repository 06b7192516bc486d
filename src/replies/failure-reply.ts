import type { DeploymentView } from '../usecases/deployments/read-deployment-view.ts';
import { deploymentReply, wentWrong } from './deployment-reply.ts';
import type { Reply } from './reply.ts';

/**
 * What is said under the live message of a deployment that went wrong: the cause first, then the end of the log. It has
 * no buttons, as those of the live message stay up to date. Undefined while nothing went wrong.
 */
export function failureReply(view: DeploymentView): Reply | undefined {
  if (!wentWrong(view.deployment)) return undefined;
  const { code, page, text = '', title = '', tone } = deploymentReply(view);
  const [cause = ''] = text.split('\n');
  return {
    tone,
    text: `**${title.replaceAll('*', '')}**: ${cause}`,
    ...(code !== undefined && { code }),
    ...(page !== undefined && { page }),
  };
}
