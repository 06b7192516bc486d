import type { Application } from '../../entities/application.ts';
import type { User } from '../../entities/user.ts';
import { ForbiddenError, NotFoundError } from '../../errors.ts';
import { quoted } from '../../quoted.ts';
import { labelKeys } from '../../swarm/labels.ts';
import { requireSupervision } from '../access/project-access.ts';
import { roleAtLeast } from '../access/roles.ts';
import { applicationName, findApplication } from '../applications/find-application.ts';
import type { Deps } from '../deps.ts';
import { actor, type Origin } from '../origin.ts';
import { recordAudit } from '../record-audit.ts';

/**
 * Ends a command, which gets SIGTERM and the application's `stop-grace`; returns once it has ended. One that has ended
 * already loses its output.
 * @throws {NotFoundError} when there is none with this id.
 */
export async function cancelRun(
  deps: Deps,
  { id, origin, user, ...request }: { user: User; origin: Origin; application: string; id: string },
): Promise<Application> {
  const application = await deps.database.asUser(user.id).transactional(async (em) => {
    const found = await findApplication(em, request.application, { user, intent: 'change' });
    if (!roleAtLeast(user.role, 'admin'))
      throw new ForbiddenError('Only admins cancel commands, as only they run them.');
    await requireSupervision(em, found.project, user, 'Cancelling a command');
    return found;
  });
  const run = (await deps.swarm.oneOffs()).find(
    ({ labels, name }) => labels[labelKeys.application] === application.id && name.endsWith(`-${id.toLowerCase()}`),
  );
  if (!run) {
    throw new NotFoundError(`No command with the id ${quoted(id)} runs in \`${applicationName(application)}\`.`);
  }
  await deps.database.asUser(user.id).transactional(async (em) =>
    recordAudit(em, {
      ...actor(user, origin),
      action: 'application.cancel_run',
      resourceType: 'application',
      resourceId: application.id,
      details: { name: application.name, run: run.name.slice(-8) },
    }),
  );
  await deps.swarm.remove(run.name);
  return application;
}
