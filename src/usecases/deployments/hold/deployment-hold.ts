import { capitalised } from '../../../word-lists.ts';
import { executeSql, type EntityManager } from '../../../database/database.ts';
import type { DeploymentTrigger } from '../../../entities/deployment-metadata.ts';
import { ConflictError, NotFoundError } from '../../../errors.ts';
import { type Freeze, freezeAt, type FreezeTimes } from './freeze-schedule.ts';
import { formatPlanned, formatTime } from '../../../units/times.ts';

/** What currently blocks deployments of an application. */
export interface Standing {
  /** e.g. `shop/api` */
  name: string;
  project: string;
  /** Deployments wait for the approval of another person. */
  protected: boolean;
  lock: { holder: string; reason: string; since: Date } | undefined;
  freeze: Freeze | undefined;
}

/** A lock or a freeze blocks the deployment. */
export class DeploymentHeldError extends ConflictError {
  /** Short reason for a git host: who and why, or until when. */
  readonly why: string;

  constructor(why: string, next: string) {
    super(`${capitalised(why)}. ${next}`);
    this.why = why;
  }
}

interface Row {
  name: string;
  project: string;
  protected: boolean;
  holder: string | null;
  reason: string | null;
  since: string | null;
  freezes: FreezeTimes[];
}

/** Selects the `FreezeTimes` of the project of the application `a`. */
export const selectFreezes = `(
  select coalesce(json_agg(json_build_object(
    'starts', f.starts, 'durationMinutes', f.duration_minutes, 'zone', f.zone, 'reason', f.reason)), '[]')
  from freeze_windows f where f.project_id = a.project_id)`;

/** The result stays valid until the transaction ends if the caller has locked the application's row. */
export async function readStanding(em: EntityManager, applicationId: string, now = new Date()): Promise<Standing> {
  const { rows } = await executeSql<Row>(
    em,
    `select a.name, p.name as project, coalesce(a.source_config ->> 'protected' = 'true', false) as protected,
            l.holder, l.reason, l.since,
            ${selectFreezes} as freezes
     from applications a join projects p on p.id = a.project_id left join deploy_locks l on l.application_id = a.id
     where a.id = $1`,
    [applicationId],
  );
  const [row] = rows;
  if (!row) throw new NotFoundError('The application no longer exists.');
  const { project, holder, reason, since } = row;
  const locked = holder !== null && reason !== null && since !== null;
  return {
    name: `${project}/${row.name}`,
    project,
    protected: row.protected,
    lock: locked ? { holder, reason, since: new Date(since) } : undefined,
    freeze: freezeAt(row.freezes, now),
  };
}

/** The error for a deployment blocked by a lock or freeze. A freeze always allows rollbacks. */
export function heldBack(standing: Standing, trigger: DeploymentTrigger): DeploymentHeldError | undefined {
  const { name } = standing;
  const goingBack = trigger === 'rollback';
  const locked = lockText(standing);
  if (locked !== undefined) {
    const insist = `; an admin can override it: \`${goingBack ? 'rollback' : 'deploy'} ${name} --force\``;
    const unlock = `They or an admin can \`unlock ${name}\``;
    return new DeploymentHeldError(locked, `${unlock}${trigger === 'promote' ? '' : insist}.`);
  }
  const frozen = freezeText(standing);
  if (frozen === undefined || goingBack) return undefined;
  const back = `Rollbacks are allowed: \`rollback ${name}\`.`;
  if (trigger === 'promote') return new DeploymentHeldError(frozen, `Promote it afterwards. ${back}`);
  const insist = `An admin can override it: \`deploy ${name} --force\`.`;
  return new DeploymentHeldError(frozen, `Afterwards: \`deploy ${name}\`. ${insist} ${back}`);
}

/** ``` `shop/api` is locked by ada (slack) since 2026-11-24 12:00 UTC: the migration runs``` */
export function lockText({ name, lock }: Standing): string | undefined {
  return lock && `\`${name}\` is locked by ${lock.holder} since ${formatTime(lock.since)}: ${lock.reason}`;
}

/** ``` `shop` is frozen until 2026-11-30 07:00 UTC (2026-11-30 08:00 Europe/Berlin): weekend``` */
export function freezeText({ project, freeze }: Standing): string | undefined {
  if (!freeze) return undefined;
  return `\`${project}\` is frozen until ${formatPlanned(freeze.until, freeze.zone)}${freeze.reason ? `: ${freeze.reason}` : ''}`;
}
