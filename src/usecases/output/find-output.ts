import { Application } from '../../entities/application.ts';
import type { User } from '../../entities/user.ts';
import { ForbiddenError, NotFoundError } from '../../errors.ts';
import { labelKeys } from '../../swarm/labels.ts';
import { maySupervise } from '../access/project-access.ts';
import { roleAtLeast } from '../access/roles.ts';
import { findStackService, servicesOf } from '../applications/application-services.ts';
import { applicationName } from '../applications/find-application.ts';
import type { Deps } from '../deps.ts';
import { applicationReader } from './application-reader.ts';
import type { OutputTarget } from './output-events.ts';
import type { OutputReader } from './output-reader.ts';
import { runReader } from './run-reader.ts';

const Id = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;

/** @throws {NotFoundError} {ForbiddenError} when the person may not see it. */
export async function findOutput(deps: Deps, user: User, target: OutputTarget): Promise<OutputReader> {
  if ('run' in target) {
    const run = (await deps.swarm.oneOffs()).find(({ name }) => name === target.run);
    const application = run && (await findVisible(deps, user, run.labels[labelKeys.application] ?? ''));
    if (!application) {
      throw new NotFoundError('There is no such task any more: its output is kept for an hour. Or you cannot see it.');
    }
    const reader = runReader(deps, application, run);
    if (await stillMayRun(deps, user, reader)) return reader;
    throw new ForbiddenError('Only those who may run commands see their output: admins.');
  }
  const application = await findVisible(deps, user, target.application);
  if (!application) throw new NotFoundError('There is no such application, or you cannot see it.');
  const services = await servicesOf(deps, application);
  if (services.length === 0) {
    const name = applicationName(application);
    throw new NotFoundError(`\`${name}\` does not run on Swarm. \`logs ${name} --build\` shows its last deployment.`);
  }
  if (target.service !== undefined) findStackService(application, services, target.service);
  return applicationReader(deps, application, target.service);
}

/** Whether the person may run commands in the application, now. */
export async function stillMayRun(
  { database }: Pick<Deps, 'database'>,
  user: User,
  { application }: Pick<OutputReader, 'application'>,
): Promise<boolean> {
  return database.asUser(user.id).transactional(async (em) => {
    const now = await em.findOne(Application, application.id, { populate: ['project.team'] });
    return now !== null && roleAtLeast(user.role, 'admin') && (await maySupervise(em, now.project, user));
  });
}

async function findVisible({ database }: Pick<Deps, 'database'>, user: User, id: string) {
  if (!Id.test(id)) return undefined;
  return database.asUser(user.id).transactional(async (em) => {
    const found = await em.findOne(Application, { id, deletedAt: null }, { populate: ['project'] });
    return found ?? undefined;
  });
}
