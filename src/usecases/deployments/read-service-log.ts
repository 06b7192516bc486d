import type { Application } from '../../entities/application.ts';
import type { Deployment } from '../../entities/deployment.ts';
import type { User } from '../../entities/user.ts';
import { NotFoundError } from '../../errors.ts';
import type { ServiceLog } from '../../swarm/services/log-options.ts';
import { loadEnvironment } from '../applications/application-environment.ts';
import { findStackService, nameInStack, servicesOf } from '../applications/application-services.ts';
import { findApplication } from '../applications/find-application.ts';
import { redactLog } from '../applications/redact-log.ts';
import type { Deps } from '../deps.ts';
import { readBuildLog, readHistory } from './read-deployments.ts';

export interface ApplicationLog extends ServiceLog {
  application: Application;
  /** The newest deployment, when it went wrong. */
  failed: Deployment | undefined;
  /** Whether these are the lines of that deployment, as nothing runs. */
  instead?: true;
}

/** The last lines that the application's tasks wrote, oldest first, without its secrets. */
export async function readServiceLog(
  deps: Deps,
  user: User,
  request: { application: string; service?: string | undefined; lines: number; sinceSeconds?: number | undefined },
): Promise<ApplicationLog> {
  const application = await deps.database
    .asUser(user.id)
    .transactional(async (em) => findApplication(em, request.application));
  const failed = await findFailed(deps, user, request.application);
  const services = await servicesOf(deps, application);
  if (services.length === 0) {
    // Of a version that never ran, the log of its deployment has what its tasks printed.
    if (failed) return { ...(await readBuildLog(deps, user, request)), failed, instead: true, missing: [] };
    throw new NotFoundError(
      `\`${request.application}\` does not run on Swarm. \`logs ${request.application} --build\` shows its last deployment.`,
    );
  }
  const { service, lines, sinceSeconds } = request;
  const shown = service === undefined ? services : [findStackService(application, services, service)];
  const options = { lines, times: shown.length > 1, ...(sinceSeconds !== undefined && { sinceSeconds }) };
  const found = await Promise.all(shown.map(({ name }) => deps.swarm.logs(name, options)));
  const missing = [...new Set(found.flatMap((log) => log.missing))];
  const { secretValues } = await loadEnvironment(deps, deps.database.asSystem(), application);
  if (shown.length === 1) {
    const all = found.flatMap((log) => log.lines);
    return { application, lines: await redactLog(secretValues, all), missing, failed };
  }
  const logs = shown.map((one, at) => ({
    name: nameInStack(one) ?? one.name,
    lines: (found[at]?.lines ?? []).map(stamped),
  }));
  for (const log of logs) {
    const texts = await redactLog(
      secretValues,
      log.lines.map(({ text }) => text),
    );
    log.lines = log.lines.map(({ time }, at) => ({ time, text: texts[at] ?? '' }));
  }
  return { application, lines: merged(logs).slice(-lines), missing, failed };
}

/** The newest deployment, when it went wrong. */
async function findFailed(deps: Deps, user: User, application: string): Promise<Deployment | undefined> {
  const { deployments } = await readHistory(deps, user, { application, limit: 1 });
  return deployments.find(({ status }) => status === 'failed' || status === 'rolled_back');
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
