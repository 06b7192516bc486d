import { CronCommand } from '../../entities/cron-command.ts';
import { CronRun } from '../../entities/cron-run.ts';
import type { User } from '../../entities/user.ts';
import { createRedactor } from '../../secrets/redact.ts';
import { roleAtLeast } from '../access/roles.ts';
import { maySupervise } from '../access/project-access.ts';
import { loadEnvironment } from '../applications/application-environment.ts';
import { findApplication } from '../applications/find-application.ts';
import type { Deps } from '../deps.ts';
import { nextCronTime } from './cron-times.ts';
import { findCron } from './find-cron.ts';

export interface SeenCron {
  cron: CronCommand;
  /** Without the secrets of the application. */
  command: string;
  /** Undefined when it is disabled. */
  next: Date | undefined;
  last: CronRun | undefined;
}

/** Scheduled commands of one application, or of all visible ones. */
export async function listCron(deps: Deps, user: User, application?: string): Promise<SeenCron[]> {
  const found = await deps.database.asUser(user.id).transactional(async (em) => {
    const of = application === undefined ? { deletedAt: null } : { id: (await findApplication(em, application)).id };
    const commands = await em.find(
      CronCommand,
      { application: of },
      {
        populate: ['application.project'],
        orderBy: { application: { project: { name: 'asc' }, name: 'asc' }, createdAt: 'asc' },
        limit: 200,
      },
    );
    const newest = { orderBy: { createdAt: 'desc' }, limit: 1 } as const;
    const seen: { cron: CronCommand; last: CronRun | undefined }[] = [];
    for (const cron of commands) {
      const [last] = await em.find(CronRun, { cronCommand: cron.id }, newest);
      seen.push({ cron, last });
    }
    return seen;
  });
  const redactors = new Map<string, (text: string) => string>();
  const seen: SeenCron[] = [];
  for (const { cron, last } of found) {
    const { id } = cron.application;
    const redact = redactors.get(id) ?? (await redactorOf(deps, cron));
    redactors.set(id, redact);
    seen.push({ cron, last, command: redact(cron.command), next: nextOf(cron) });
  }
  return seen;
}

/** One scheduled command with its newest runs; their output only for those who may run commands. */
export async function readCron(
  deps: Deps,
  user: User,
  { id, limit }: { id: string; limit: number },
): Promise<SeenCron & { runs: CronRun[]; maySeeOutput: boolean }> {
  const read = await deps.database.asUser(user.id).transactional(async (em) => {
    const cron = await findCron(em, id, { user });
    const newest = { orderBy: { createdAt: 'desc' }, limit, populate: ['requestedBy'] } as const;
    const runs = await em.find(CronRun, { cronCommand: cron.id }, newest);
    const maySeeOutput = roleAtLeast(user.role, 'admin') && (await maySupervise(em, cron.application.project, user));
    return { cron, runs, maySeeOutput, last: runs[0] };
  });
  const redact = await redactorOf(deps, read.cron);
  return { ...read, command: redact(read.cron.command), next: nextOf(read.cron) };
}

async function redactorOf(deps: Deps, { application }: CronCommand): Promise<(text: string) => string> {
  const { secretValues } = await loadEnvironment(deps, deps.database.asSystem(), application);
  return createRedactor(secretValues);
}

function nextOf(cron: CronCommand): Date | undefined {
  return cron.enabled ? nextCronTime(cron, new Date()) : undefined;
}
