import { randomUUID } from 'node:crypto';
import { executeSql, type EntityManager } from '../../database/database.ts';
import { Incident } from '../../entities/incident.ts';

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
     on conflict (application_id) where ended_at is null do nothing`,
    [randomUUID(), id, replicas, running, ended, error?.slice(0, 500) ?? null],
  );
}

/** Closes incidents of applications that are healthy again or no longer meant to run. */
export async function closeIncidents(em: EntityManager): Promise<void> {
  await executeSql(
    em,
    `update incidents i set ended_at = now() from applications a
     where a.id = i.application_id and i.ended_at is null
       and (a.status in ('running', 'stopped', 'archived') or a.deleted_at is not null)`,
  );
}

/** Open incidents that have a cause, of applications that are failed, by the application's id. */
export async function readIncidents(em: EntityManager, ids: readonly string[]): Promise<Map<string, Incident>> {
  const open = {
    application: { id: { $in: [...ids] }, status: 'failed' },
    endedAt: null,
    error: { $ne: null },
  } as const;
  const incidents = await em.find(Incident, open);
  return new Map(incidents.map((incident) => [incident.application.id, incident]));
}
