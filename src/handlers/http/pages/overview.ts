import type { RequestHandler } from 'express';
import type { Deployment } from '../../../entities/deployment.ts';
import { UnauthenticatedError } from '../../../errors.ts';
import type { Deps } from '../../../usecases/deps.ts';
import { applicationName } from '../../../usecases/applications/find-application.ts';
import { listPreviews, type ListedPreview } from '../../../usecases/previews/list-previews.ts';
import { readOverview } from '../../../usecases/overview/read-overview.ts';
import { roleAtLeast } from '../../../usecases/access/roles.ts';
import { isUnwanted } from '../../../replies/deployment-actions.ts';
import { formatAgo } from '../../../units/times.ts';
import { deploymentOutcome, versionText } from '../../../replies/deployment-words.ts';
import { sendPage } from './render.ts';
import { personOf } from './viewer.ts';

/** `GET /`: what the person may see. */
export function overviewPage(deps: Deps): RequestHandler {
  return async (request, response) => {
    const user = await personOf(deps, request);
    if (!user) throw new UnauthenticatedError('Sign in to see your applications and their deployments.');
    const { after } = request.query;
    const page = typeof after === 'string' ? { after } : {};
    const { ended, next, projects, running } = await readOverview(deps, user, page);
    sendPage(response, 'overview', {
      title: 'Overview',
      user,
      next,
      later: 'after' in page,
      running: running.map((deployment) => deploymentRow(deployment, applicationName(deployment.application))),
      previews: 'after' in page ? [] : (await listPreviews(deps, user)).map(previewRow),
      ended: ended.map((deployment) => deploymentRow(deployment, applicationName(deployment.application))),
      projects: projects.map((one) => ({
        name: one.project.name,
        description: one.project.description,
        applications: one.applications.map(({ application, live, newest: deployment, trouble, url }) => ({
          name: application.name,
          fullName: applicationName(application),
          status: application.status,
          url,
          trouble,
          newest: deployment && deploymentRow(deployment, applicationName(application)),
          live: live && versionText(live),
        })),
      })),
      mayCreate: roleAtLeast(user.role, 'admin'),
    });
  };
}

function previewRow({ newest, preview, url }: ListedPreview) {
  return {
    name: `${applicationName(preview.application)} #${preview.number}`,
    title: preview.title,
    state: preview.state === 'waiting' || !newest ? 'waiting' : deploymentOutcome(newest),
    deployment: newest?.id,
    url,
  };
}

function deploymentRow(deployment: Deployment, application: string) {
  const { id, metadata, startedAt, status } = deployment;
  return {
    id,
    application,
    badge: isUnwanted(deployment) ? 'unwanted' : status,
    outcome: deploymentOutcome(deployment),
    version: versionText(deployment),
    by: metadata.requested_by,
    startedAt,
    ago: formatAgo(startedAt),
  };
}
