import type { Request, Response } from 'express';
import type { User } from '../../../entities/user.ts';
import type { OnUse } from '../../../on-use.ts';
import { applicationActions } from '../../../replies/application-actions.ts';
import { applicationState } from '../../../replies/application-state.ts';
import type { Action, Reply } from '../../../replies/reply.ts';
import { applicationName } from '../../../usecases/applications/find-application.ts';
import type { Deps } from '../../../usecases/deps.ts';
import { readMetrics } from '../../../usecases/metrics/read-metrics.ts';
import { outputPath } from '../../../usecases/output/output-events.ts';
import { type ApplicationDetails, readApplication } from '../../../usecases/overview/read-application.ts';
import type { Dispatcher } from '../../dispatch.ts';
import { permittedActions } from '../../permitted-actions.ts';
import { applicationFacts } from './application-facts.ts';
import { applicationSections } from './application-sections.ts';
import { deploymentRow } from './deployment-row.ts';
import { sendPage } from './render.ts';
import { requiredPerson } from './viewer.ts';

/** `GET /applications/:id` */
export async function applicationPage(
  deps: Deps,
  dispatcher: OnUse<Dispatcher>,
  request: Request<{ id: string }>,
  response: Response,
): Promise<void> {
  const user = await requiredPerson(deps, request);
  await sendApplicationPage(deps, dispatcher, { id: request.params.id, user }, response);
}

/** @param result What came of a button. */
export async function sendApplicationPage(
  deps: Deps,
  dispatcher: OnUse<Dispatcher>,
  { id, user }: { id: string; user: User },
  response: Response,
  { notice, status = 200 }: { notice?: Reply; status?: number } = {},
): Promise<void> {
  const details = await readApplication(deps, user, id);
  const usage = await readMetrics(deps, user, { application: applicationName(details.application) });
  const { read } = await dispatcher();
  const { application, deployments, liveDeployment, mayChange, tasks, urls } = details;
  const name = applicationName(application);
  const actions = applicationActions(details);
  const state = applicationState(application, { deployed: liveDeployment !== undefined, services: tasks?.services });

  const shown = (offered: readonly Action[] = []) => permittedActions(read, offered, { user, mayChange });

  sendPage(
    response,
    'application',
    {
      title: name,
      user,
      here: `/applications/${application.id}`,
      notice,
      name,
      project: application.project.name,
      state,
      visit: isVisited(details) ? urls[0] : undefined,
      facts: applicationFacts(details),
      head: shown(actions.head),
      settings: shown(actions.settings),
      deployments: deployments.map((one) => deploymentRow(one, one.id === liveDeployment?.id ? 'Live' : '')),
      sections: applicationSections(details, usage, actions, shown),
      log: logOf(details),
    },
    status,
  );
}

/** Its address answers nobody before the first deployment, nor while it is stopped. */
function isVisited({ application, liveDeployment }: ApplicationDetails): boolean {
  return liveDeployment !== undefined && application.status !== 'stopped';
}

/** Where the page follows what it prints; undefined when nothing of it runs. */
function logOf({ application, tasks }: ApplicationDetails): { events: string; path: string } | undefined {
  if (!tasks || tasks.services.length === 0) return undefined;
  const path = outputPath({ application: application.id });
  return { path, events: `${path}/events` };
}
