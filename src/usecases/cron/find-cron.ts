import type { EntityManager } from '../../database/database.ts';
import { CronCommand } from '../../entities/cron-command.ts';
import type { User } from '../../entities/user.ts';
import { NotFoundError, UsageError } from '../../errors.ts';
import { quoted } from '../../quoted.ts';
import { requireProjectAccess, requireSupervision } from '../access/project-access.ts';

/**
 * A visible scheduled command by its id or the beginning of it.
 * @param supervising What the person is about to do, where only those who may run commands may.
 * @throws {NotFoundError} {ForbiddenError}
 */
export async function findCron(
  em: EntityManager,
  id: string,
  { supervising, user }: { user: User; supervising?: string },
): Promise<CronCommand> {
  const start = id.toLowerCase();
  const visible = await em.find(
    CronCommand,
    { application: { deletedAt: null } },
    { populate: ['application.project'] },
  );
  const [found, other] = /^[0-9a-f-]{1,36}$/.test(start) ? visible.filter((one) => one.id.startsWith(start)) : [];
  if (!found) {
    throw new NotFoundError(`There is no scheduled command ${quoted(id)} that you see. \`cron list\` shows them.`);
  }
  if (other) throw new UsageError(`More than one scheduled command begins with ${quoted(id)}. Give more of its id.`);
  const { project } = found.application;
  await requireProjectAccess(em, project, user, supervising === undefined ? 'read' : 'change');
  if (supervising !== undefined) await requireSupervision(em, project, user, supervising);
  return found;
}
