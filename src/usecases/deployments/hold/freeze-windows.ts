import type { EntityManager } from '../../../database/database.ts';
import { FreezeWindow } from '../../../entities/freeze-window.ts';
import { Project } from '../../../entities/project.ts';
import { User } from '../../../entities/user.ts';
import { ConflictError, NotFoundError, UsageError } from '../../../errors.ts';
import { recordAudit } from '../../record-audit.ts';
import { requireReason } from './deploy-locks.ts';
import type { Deps } from '../../deps.ts';
import { findProject } from '../../access/find-project.ts';
import { type Freeze, freezeAt, freezeMinutes, nextStart, requireSchedule } from './freeze-schedule.ts';
import { actor, type Origin } from '../../origin.ts';
import { requireSupervision } from '../../access/project-access.ts';
import { quoted } from '../../../quoted.ts';

/** Each is looked at before every deployment. */
const maxWindows = 50;

interface FreezeRequest {
  user: User;
  project: string;
  origin: Origin;
}

export interface NewFreeze extends FreezeRequest {
  /** Cron expression of five fields. */
  starts: string;
  /** e.g. `64h` */
  duration: string;
  zone: string;
  reason: string;
}

/** A window, and whether it is active now or when it starts next. */
export interface FreezeReport {
  window: FreezeWindow;
  now: Freeze | undefined;
  next: Date | undefined;
}

/** @throws {UsageError} when the times are invalid; {ForbiddenError} unless the person is an admin of the project. */
export async function addFreeze(deps: Deps, { user, origin, ...request }: NewFreeze): Promise<FreezeReport> {
  const times = {
    starts: request.starts.trim().replaceAll(/\s+/g, ' '),
    zone: request.zone,
    durationMinutes: freezeMinutes(request.duration),
    reason: requireReason(request.reason),
  };
  requireSchedule(times);
  return deps.database.asUser(user.id).transactional(async (em) => {
    const project = await supervised(em, request.project, user, 'Freezing a project');
    if ((await em.count(FreezeWindow, { project: project.id })) >= maxWindows) {
      throw new ConflictError(
        `\`${project.name}\` has ${maxWindows} freezes. \`freeze list ${project.name}\` shows them: remove one first.`,
      );
    }
    const window = em.create(FreezeWindow, {
      ...times,
      project: em.getReference(Project, project.id),
      createdBy: em.getReference(User, user.id),
    });
    await em.flush();
    await audit(em, { user, origin }, project, 'freeze_add', { id: window.id, ...times });
    return freezeReport(window);
  });
}

/** Freezes of one project, or of all visible ones. */
export async function listFreezes(deps: Deps, user: User, project?: string): Promise<FreezeReport[]> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const within = project === undefined ? {} : { project: await findProject(em, project) };
    const windows = await em.find(FreezeWindow, within, {
      populate: ['project', 'createdBy'],
      orderBy: { project: { name: 'asc' }, createdAt: 'asc' },
      limit: 1_000,
    });
    return windows.map(freezeReport);
  });
}

/** @param request.id The window's id or its first characters. @throws {NotFoundError} */
export async function removeFreeze(
  deps: Deps,
  { user, origin, ...request }: FreezeRequest & { id: string },
): Promise<FreezeWindow> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const project = await supervised(em, request.project, user, 'Ending a freeze');
    const windows = await em.find(FreezeWindow, { project: project.id }, { populate: ['project'] });
    const [window, other] = windows.filter(({ id }) => id.startsWith(request.id.toLowerCase()));
    if (!window) {
      throw new NotFoundError(
        `\`${project.name}\` has no freeze window ${quoted(request.id)}. List them with \`freeze list ${project.name}\`.`,
      );
    }
    if (other) throw new UsageError(`More than one window id starts with ${quoted(request.id)}. Give more characters.`);
    await em.nativeDelete(FreezeWindow, { id: window.id });
    const { starts, durationMinutes, zone, reason } = window;
    await audit(em, { user, origin }, project, 'freeze_remove', {
      id: window.id,
      starts,
      durationMinutes,
      zone,
      reason,
    });
    return window;
  });
}

async function supervised(em: EntityManager, name: string, user: User, what: string): Promise<Project> {
  const project = await findProject(em, name, { user, intent: 'change' });
  await requireSupervision(em, project, user, what);
  return project;
}

function freezeReport(window: FreezeWindow): FreezeReport {
  const now = new Date();
  return { window, now: freezeAt([window], now), next: nextStart(window, now) };
}

function audit(
  em: EntityManager,
  { user, origin }: { user: User; origin: Origin },
  { id }: Project,
  verb: 'freeze_add' | 'freeze_remove',
  details: Record<string, unknown>,
): Promise<void> {
  return recordAudit(em, {
    ...actor(user, origin),
    action: `project.${verb}`,
    resourceType: 'project',
    resourceId: id,
    details,
  });
}
