import { randomUUID } from 'node:crypto';
import { executeSql, type EntityManager } from '../../database/database.ts';
import { Incident, type IncidentKind } from '../../entities/incident.ts';

interface NewIncident {
  /** The application's id. */
  id: string;
  replicas: number;
  running: number;
  ended: number;
  error: string | null;
}

/** Opens an incident unless one is already open. */
export async function openIncident(em: EntityManager, incident: NewIncident): Promise<void> {
  const { ended, error, id, replicas, running } = incident;
  await executeSql(
    em,
    `insert into incidents (id, application_id, replicas, running, restarts, error) values ($1, $2, $3, $4, $5, $6)
     on conflict (application_id, kind) where ended_at is null do nothing`,
    [randomUUID(), id, replicas, running, ended, error?.slice(0, 500) ?? null],
  );
}

/** Closes incidents of applications that are healthy again or no longer meant to run. */
export async function closeIncidents(em: EntityManager): Promise<void> {
  await executeSql(
    em,
    `update incidents i set ended_at = now() from applications a
     where a.id = i.application_id and i.ended_at is null and i.kind = 'unhealthy'
       and (a.status in ('running', 'stopped', 'archived') or a.deleted_at is not null)`,
  );
}

/** Open incidents that have a cause, of applications that are failed, by the application's id. */
export async function readIncidents(em: EntityManager, ids: readonly string[]): Promise<Map<string, Incident>> {
  const open = {
    kind: 'unhealthy',
    application: { id: { $in: [...ids] }, status: 'failed' },
    endedAt: null,
    error: { $ne: null },
  } as const;
  const incidents = await em.find(Incident, open);
  return new Map(incidents.flatMap((incident) => (incident.application ? [[incident.application.id, incident]] : [])));
}

/** Opens an incident of a disk, e.g. `host-1/data`, unless one is already open. */
export async function openDiskIncident(em: EntityManager, subject: string, error: string): Promise<void> {
  await executeSql(
    em,
    `insert into incidents (id, kind, subject, replicas, running, error) values ($1, 'disk', $2, 0, 0, $3)
     on conflict (subject) where ended_at is null do nothing`,
    [randomUUID(), subject, error],
  );
}

export async function closeDiskIncident(em: EntityManager, subject: string): Promise<void> {
  await executeSql(em, 'update incidents set ended_at = now() where subject = $1 and ended_at is null', [subject]);
}

/** Open incidents of what an application uses, the oldest first. */
export async function readUsageIncidents(em: EntityManager, application: string): Promise<Incident[]> {
  const open = { application, kind: { $in: ['memory', 'restarts'] as IncidentKind[] }, endedAt: null };
  return em.find(Incident, open, { orderBy: { beganAt: 'asc' } });
}
