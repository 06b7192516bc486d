import type { RequestHandler } from 'express';
import { UnauthenticatedError, UnavailableError } from '../../../errors.ts';
import type { ServiceStatus } from '../../../swarm/swarm.ts';
import type { Deps } from '../../../usecases/deps.ts';
import { servicesWithLabel } from '../../../usecases/applications/application-services.ts';
import { applicationName } from '../../../usecases/applications/find-application.ts';
import { listPreviews, type ListedPreview } from '../../../usecases/previews/list-previews.ts';
import { type Overview, readOverview } from '../../../usecases/overview/read-overview.ts';
import { roleAtLeast } from '../../../usecases/access/roles.ts';
import { applicationState } from '../../../replies/application-state.ts';
import { deploymentOutcome, versionText } from '../../../replies/deployment-words.ts';
import { deploymentRow } from './deployment-row.ts';
import { sendPage } from './render.ts';
import { personOf } from './viewer.ts';

type Seen = Overview['projects'][number]['applications'][number];

/** `GET /`: what the person may see. */
export function overviewPage(deps: Deps): RequestHandler {
  return async (request, response) => {
    const user = await personOf(deps, request);
    if (!user) throw new UnauthenticatedError('Sign in to see your applications and their deployments.');
    const { after } = request.query;
    const page = typeof after === 'string' ? { after } : {};
    const { ended, next, projects, running } = await readOverview(deps, user, page);
    const services = projects.some(({ applications }) => applications.length > 0) ? await listServices(deps) : [];
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
        applications: one.applications.map((seen) => applicationRow(seen, services)),
      })),
      // Nodes and disks are platform admins' alone.
      concerns: roleAtLeast(user.role, 'super_admin') ? await concernsOf(deps) : [],
      mayCreate: roleAtLeast(user.role, 'admin'),
    });
  };
}

async function concernsOf(deps: Deps): Promise<string[]> {
  const { readConcerns } = await import('../../../usecases/concerns/read-concerns.ts');
  return (await readConcerns(deps)).map(({ why }) => why);
}

/** Once for all applications; undefined when Docker does not answer, since the rows are shown all the same. */
async function listServices({ swarm }: Pick<Deps, 'swarm'>): Promise<ServiceStatus[] | undefined> {
  try {
    return await swarm.list();
  } catch (error) {
    if (error instanceof UnavailableError) return undefined;
    throw error;
  }
}

function applicationRow(
  { application, live, newest, trouble, url }: Seen,
  services: readonly ServiceStatus[] | undefined,
) {
  const own = services && servicesWithLabel(services, application.id);
  return {
    path: `/applications/${application.id}`,
    name: application.name,
    fullName: applicationName(application),
    state: applicationState(application, { deployed: live !== undefined, services: own }),
    // Before the first deployment, and while it is stopped, nobody answers there.
    url: live && application.status !== 'stopped' ? url : undefined,
    trouble,
    newest: newest && deploymentRow(newest, applicationName(application)),
    live: live && versionText(live),
  };
}

function previewRow({ newest, preview, url }: ListedPreview) {
  return {
    name: `${applicationName(preview.application)} #${preview.number}`,
    title: preview.title,
    state: preview.state === 'waiting' || !newest ? 'waiting' : deploymentOutcome(newest),
    path: preview.variant ? `/applications/${preview.variant.id}` : undefined,
    url: newest?.status === 'success' ? url : undefined,
  };
}
