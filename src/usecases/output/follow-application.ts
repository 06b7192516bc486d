import type { Application } from '../../entities/application.ts';
import type { User } from '../../entities/user.ts';
import { applicationName, findApplication } from '../applications/find-application.ts';
import type { Deps } from '../deps.ts';
import { findOutput } from './find-output.ts';
import type { OutputTarget } from './output-events.ts';

/**
 * What somebody follows who names an application, and a service of its stack.
 * @throws {NotFoundError} when nothing of it runs.
 */
export async function findRunningLog(
  deps: Deps,
  user: User,
  request: { application: string; service: string | undefined },
): Promise<{ application: Application; name: string; target: Exclude<OutputTarget, { run: string }> }> {
  const application = await deps.database
    .asUser(user.id)
    .transactional(async (em) => findApplication(em, request.application));
  const { service } = request;
  const target = { application: application.id, ...(service !== undefined && { service }) };
  await findOutput(deps, user, target);
  return { application, name: applicationName(application), target };
}
