import { deploymentPageUrl } from '../../usecases/deployments/deployment-page-url.ts';
import { identify } from '../../usecases/people/identify.ts';
import type { Origin } from '../../usecases/origin.ts';
import { readOverview } from '../../usecases/overview/read-overview.ts';
import type { SlackContext } from './context.ts';
import { homePage, renderHome, renderStranger } from './render-home.ts';

/** Draws a person's Home tab: their projects and what is being deployed, or how to link their account. */
export async function showHome({ api, deps }: Pick<SlackContext, 'api' | 'deps'>, origin: Origin): Promise<void> {
  const user = await identify(deps, origin);
  const view = user
    ? renderHome(await readOverview(deps, user, homePage), (deployment) => deploymentPageUrl(deps, deployment))
    : renderStranger();
  await api.publishHome(origin.account, view);
}
