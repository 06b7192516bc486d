import type { EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import { ChannelDefault } from '../../entities/channel-default.ts';
import { Project } from '../../entities/project.ts';
import { User } from '../../entities/user.ts';
import { NotFoundError } from '../../errors.ts';
import { findProject } from '../access/find-project.ts';
import { findApplication } from '../applications/find-application.ts';
import { qualifiedName } from '../qualified-name.ts';
import type { Deps } from '../deps.ts';
import { channelOf } from '../notifications/notification-channel.ts';
import { actor, type Origin } from '../origin.ts';
import { recordAudit } from '../record-audit.ts';

/** What commands in a channel are about: an application, `shop/api`, or a project, `shop`. */
export interface Default {
  project: string;
  application: string | undefined;
}

interface Asked {
  user: User;
  origin: Origin;
}

/** The channel's default, if the person sees its project. A thread has that of its channel. */
export async function readChannelDefault(
  { database }: Pick<Deps, 'database'>,
  user: User,
  origin: Pick<Origin, 'platform' | 'channel'>,
): Promise<Default | undefined> {
  if (origin.platform === 'http') return undefined;
  const where = channelOf('here', origin);
  return database.asUser(user.id).transactional(async (em) => {
    const populate = ['project', 'application.project'] as const;
    const found = await em.findOne(ChannelDefault, where, { populate });
    if (!found || found.application?.deletedAt) return undefined;
    return {
      project: found.project.name,
      application: found.application ? qualifiedName(found.application) : undefined,
    };
  });
}

/** @throws {NotFoundError} when there is neither; {ForbiddenError} unless the person may change it. */
export async function setChannelDefault(
  deps: Deps,
  { name, origin, user }: Asked & { name: string },
): Promise<Default> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const { application, project } = await findEither(em, name, user);
    const where = channelOf('here', origin);
    await em.nativeDelete(ChannelDefault, where);
    em.create(ChannelDefault, {
      ...where,
      project: em.getReference(Project, project.id),
      application: application ? em.getReference(Application, application.id) : null,
      setBy: em.getReference(User, user.id),
    });
    await em.flush();
    await audit(em, { user, origin }, 'here_set', project.id, { ...where, name });
    return { project: project.name, application: application ? qualifiedName(application) : undefined };
  });
}

/** @throws {NotFoundError} when the channel has none that the person may remove. */
export async function clearChannelDefault(deps: Deps, { origin, user }: Asked): Promise<void> {
  const where = channelOf('here', origin);
  await deps.database.asUser(user.id).transactional(async (em) => {
    const found = await em.findOne(ChannelDefault, where);
    if (!found || (await em.nativeDelete(ChannelDefault, { id: found.id })) === 0)
      throw new NotFoundError('This channel has no default that you may remove. `here set shop/api` sets one.');
    await audit(em, { user, origin }, 'here_clear', found.project.id, { ...where });
  });
}

async function findEither(
  em: EntityManager,
  name: string,
  user: User,
): Promise<{ application?: Application; project: Project }> {
  const access = { user, intent: 'change' } as const;
  if (!name.includes('/') && (await em.count(Project, { name: name.trim().toLowerCase() })) > 0)
    return { project: await findProject(em, name, access) };
  const application = await findApplication(em, name, access);
  return { application, project: application.project };
}

function audit(
  em: EntityManager,
  { origin, user }: Asked,
  verb: 'here_set' | 'here_clear',
  projectId: string,
  details: Record<string, unknown>,
): Promise<void> {
  return recordAudit(em, {
    ...actor(user, origin),
    action: `project.${verb}`,
    resourceType: 'project',
    resourceId: projectId,
    details,
  });
}
