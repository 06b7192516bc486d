import type { EntityManager } from '../../database/database.ts';
import {
  type MentionLevel,
  type NotificationEvent,
  NotificationRoute,
  type Severity,
} from '../../entities/notification-route.ts';
import type { Project } from '../../entities/project.ts';
import { User } from '../../entities/user.ts';
import { ConflictError, ForbiddenError, NotFoundError, UsageError } from '../../errors.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { findProject } from '../access/find-project.ts';
import { requireZone } from '../../units/time-zones.ts';
import { nextDigest, parseDigest, usualDigest } from './digest-schedule.ts';
import { channelOf } from './notification-channel.ts';
import { actor, type Origin } from '../origin.ts';
import { requireSupervision } from '../access/project-access.ts';
import { eventsOf, parsePattern } from './notification-subscription.ts';
import { requireReach } from './channel-reach.ts';
import { parseQuiet } from './quiet-hours.ts';
import { quoted } from '../../quoted.ts';

export interface NewNotificationRoute {
  user: User;
  /** Project, application, or either with wildcards. */
  pattern: string;
  /** Comma-separated; `all` and `deployments` expand to several events. */
  events: string;
  /** `here`, or a channel in the platform's format. */
  channel: string;
  severity: Severity;
  mentions: MentionLevel;
  /** e.g. `22:00-07:00` */
  quiet: string | undefined;
  zone: string;
  /** e.g. `daily@08:30` (default: weekly, if the events include digests) */
  digest?: string | undefined;
  origin: Origin;
}

/** A route, and why it is not known whether Shipmate may write there; undefined when it may. */
export interface AddedRoute {
  route: NotificationRoute;
  unchecked: string | undefined;
}

/**
 * @throws {UsageError} when it is malformed; {ForbiddenError} unless the person is an admin there; {UserError} when the
 * platform lets Shipmate not write in that channel.
 */
export async function addNotificationRoute(deps: Deps, request: NewNotificationRoute): Promise<AddedRoute> {
  const { user, origin } = request;
  const pattern = parsePattern(request.pattern);
  const channel = channelOf(request.channel, origin);
  const rules = {
    events: eventsOf(request.events),
    severity: request.severity,
    mentions: request.mentions,
    quiet: request.quiet === undefined ? null : parseQuiet(request.quiet),
    zone: request.zone,
  };
  requireZone(rules.zone);
  const digest = digestOf(rules, request.digest);
  const { database } = deps;
  // The platform is asked for nobody who may not add the route, and while no transaction waits for it.
  await database.asUser(user.id).transactional((em) => requireFree(em, { ...channel, pattern }, user));
  const unchecked = await requireReach(deps, channel);
  const route = await database.asUser(user.id).transactional(async (em) => {
    const project = await requireFree(em, { ...channel, pattern }, user);
    const added = em.create(NotificationRoute, {
      ...channel,
      ...rules,
      ...digest,
      pattern,
      project: project ?? null,
      createdBy: em.getReference(User, user.id),
    });
    await em.flush();
    await audit(em, request, 'notify_add', added);
    return added;
  });
  return { route, unchecked };
}

/** The project that the pattern names. @throws {ConflictError} when the channel has such a route. */
async function requireFree(
  em: EntityManager,
  route: Pick<NotificationRoute, 'platform' | 'channel' | 'pattern'>,
  user: User,
): Promise<Project | undefined> {
  const project = await findSupervisedProject(em, route.pattern, user);
  if (!(await em.count(NotificationRoute, route))) return project;
  throw new ConflictError(
    `That channel already has a notification route for \`${route.pattern}\`. To remove it, take its id from \`notify list\`.`,
  );
}

/** Notification routes of visible projects. */
export async function listNotificationRoutes(deps: Deps, user: User): Promise<NotificationRoute[]> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const order = { platform: 'asc', channel: 'asc', pattern: 'asc' } as const;
    return em.find(NotificationRoute, {}, { populate: ['createdBy'], orderBy: order, limit: 1_000 });
  });
}

/** @param request.id The route's id or its first characters. @throws {NotFoundError} */
export async function removeNotificationRoute(
  deps: Deps,
  request: { user: User; id: string; origin: Origin },
): Promise<NotificationRoute> {
  const { user, id } = request;
  return deps.database.asUser(user.id).transactional(async (em) => {
    const routes = await em.find(NotificationRoute, {}, { populate: ['project.owner', 'project.team'] });
    const [route, other] = routes.filter((one) => one.id.startsWith(id.toLowerCase()));
    if (!route)
      throw new NotFoundError(`There is no notification route ${quoted(id)} that you see. \`notify list\` shows them.`);
    if (other)
      throw new UsageError(`More than one notification route id starts with ${quoted(id)}. Give more characters.`);
    await requireRouteAccess(em, route.project ?? undefined, user);
    await em.nativeDelete(NotificationRoute, { id: route.id });
    await audit(em, request, 'notify_remove', route);
    return route;
  });
}

/** The project that a pattern names; undefined for patterns across projects. */
async function findSupervisedProject(em: EntityManager, pattern: string, user: User): Promise<Project | undefined> {
  const [name = ''] = pattern.split('/');
  const project = name.includes('*') ? undefined : await findProject(em, name, { user, intent: 'change' });
  await requireRouteAccess(em, project, user);
  return project;
}

async function requireRouteAccess(em: EntityManager, project: Project | undefined, user: User): Promise<void> {
  if (project) return requireSupervision(em, project, user, 'Notifying a channel about a project');
  if (user.role === 'super_admin') return;
  throw new ForbiddenError(
    'A notification route across projects needs the role `super_admin`. Specify a project: `notify add shop …`.',
  );
}

/** Digest schedule of a route, and its first due time. */
function digestOf({ events, zone }: { events: NotificationEvent[]; zone: string }, given: string | undefined) {
  if (!events.includes('digest')) {
    if (given === undefined) return { digest: null, digestDueAt: null };
    throw new UsageError('`--digest` only sets when digests are sent: add `digest` to the events too.');
  }
  const digest = given === undefined ? usualDigest : parseDigest(given);
  return { digest, digestDueAt: nextDigest({ digest, zone }, new Date()) };
}

function audit(
  em: EntityManager,
  { user, origin }: { user: User; origin: Origin },
  verb: 'notify_add' | 'notify_remove',
  route: NotificationRoute,
): Promise<void> {
  return recordAudit(em, {
    ...actor(user, origin),
    action: `project.${verb}`,
    resourceType: 'project',
    resourceId: route.project?.id,
    details: { kind: 'notification_route', ...routeFacts(route) },
  });
}

/** What a route says of itself, in the audit log and in data. */
export function routeFacts(route: NotificationRoute) {
  const { id, platform, channel, pattern, events, severity, mentions, quiet, zone, digest } = route;
  return { id, platform, channel, pattern, events, severity, mentions, quiet, zone, digest };
}
