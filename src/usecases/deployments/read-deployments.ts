import type { Application } from '../../entities/application.ts';
import { DeploymentLog } from '../../entities/deployment-log.ts';
import { Deployment } from '../../entities/deployment.ts';
import type { User } from '../../entities/user.ts';
import { NotFoundError } from '../../errors.ts';
import { findStackService, nameInStack, servicesOf } from '../applications/application-services.ts';
import { loadEnvironment } from '../applications/application-environment.ts';
import { redactLog } from '../applications/redact-log.ts';
import type { Deps } from '../deps.ts';
import { findApplication } from '../applications/find-application.ts';
import { readArchivedLog } from '../retention/read-archived-log.ts';

/** Deployments of an application, newest first. */
export async function readHistory(
  deps: Deps,
  user: User,
  request: { application: string; limit: number },
): Promise<{ application: Application; deployments: Deployment[] }> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const application = await findApplication(em, request.application);
    const deployments = await em.find(
      Deployment,
      { application },
      { orderBy: { startedAt: 'desc' }, limit: request.limit, populate: ['triggeredBy'] },
    );
    return { application, deployments };
  });
}

/** One deployment that the person sees, with its application. @throws {NotFoundError} */
export async function readDeployment(deps: Pick<Deps, 'database'>, user: User, id: string): Promise<Deployment> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const deployment = await em.findOne(Deployment, { id }, { populate: ['application.project'] });
    if (deployment) return deployment;
    throw new NotFoundError(`There is no deployment \`${id}\` that you see.`);
  });
}

/** The lines of a deployment's log after the one with the id `after`, oldest first, at most 1 000. */
export async function readLogAfter(
  deps: Pick<Deps, 'database'>,
  user: User,
  { deployment, after }: { deployment: Deployment; after: number },
): Promise<DeploymentLog[]> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const page = { orderBy: { id: 'asc' }, limit: 1_000 } as const;
    return em.find(DeploymentLog, { deployment: deployment.id, id: { $gt: after } }, page);
  });
}

/** The last lines of the newest deployment's log, oldest first. @throws {NotFoundError} before the first deployment. */
export async function readBuildLog(
  deps: Deps,
  user: User,
  request: { application: string; lines: number },
): Promise<{ application: Application; deployment: Deployment; lines: string[] }> {
  const found = await deps.database.asUser(user.id).transactional(async (em) => {
    const application = await findApplication(em, request.application);
    const [deployment] = await em.find(
      Deployment,
      { application },
      { orderBy: { startedAt: 'desc' }, limit: 1, populate: ['logs'] },
    );
    if (!deployment) throw new NotFoundError(`\`${request.application}\` has not been deployed yet.`);
    const rows = await em.find(DeploymentLog, { deployment }, { orderBy: { id: 'desc' }, limit: request.lines });
    // Rows are kept for 30 days, the text with the deployment for 90; after that it is archived.
    const lines = rows.length > 0 ? rows.map((row) => row.message).reverse() : deployment.logs?.split('\n');
    return { application, deployment, lines };
  });
  const lines = found.lines ?? (await readArchivedLog(deps, found.deployment));
  return { ...found, lines: lines.slice(-request.lines) };
}

/** The last lines that the application's tasks wrote, oldest first, without its secrets. */
export async function readServiceLog(
  deps: Deps,
  user: User,
  request: { application: string; service?: string | undefined; lines: number; sinceSeconds?: number | undefined },
): Promise<{ application: Application; lines: string[] }> {
  const application = await deps.database
    .asUser(user.id)
    .transactional(async (em) => findApplication(em, request.application));
  const services = await servicesOf(deps, application);
  if (services.length === 0) {
    throw new NotFoundError(
      `\`${request.application}\` does not run on Swarm. \`logs ${request.application} --build\` shows its last deployment.`,
    );
  }
  const { service, lines, sinceSeconds } = request;
  const shown = service === undefined ? services : [findStackService(application, services, service)];
  const options = { lines, times: shown.length > 1, ...(sinceSeconds !== undefined && { sinceSeconds }) };
  const found = await Promise.all(shown.map(({ name }) => deps.swarm.logs(name, options)));
  const { secretValues } = await loadEnvironment(deps, deps.database.asSystem(), application);
  if (shown.length === 1) return { application, lines: await redactLog(secretValues, found.flat()) };
  const logs = shown.map((one, at) => ({ name: nameInStack(one) ?? one.name, lines: (found[at] ?? []).map(stamped) }));
  for (const log of logs) {
    const texts = await redactLog(
      secretValues,
      log.lines.map(({ text }) => text),
    );
    log.lines = log.lines.map(({ time }, at) => ({ time, text: texts[at] ?? '' }));
  }
  return { application, lines: merged(logs).slice(-lines) };
}

interface StampedLine {
  time: string;
  text: string;
}

function stamped(line: string): StampedLine {
  const space = line.indexOf(' ');
  return { time: line.slice(0, space), text: line.slice(space + 1) };
}

/** In the order of their times, each with the service's name instead. */
function merged(logs: { name: string; lines: StampedLine[] }[]): string[] {
  const all = logs.flatMap(({ name, lines }) => lines.map((line) => ({ ...line, name })));
  const ordered = all.sort((one, other) => Number(one.time > other.time) - Number(one.time < other.time));
  return ordered.map(({ name, text }) => `${name} | ${text}`);
}
