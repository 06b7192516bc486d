import { executeSql } from '../../database/database.ts';
import type { AskedIn } from '../../entities/backup-metadata.ts';
import type { Platform } from '../../entities/chat-message.ts';
import type { Fact } from '../../entities/notification-facts.ts';
import type { Deps } from '../deps.ts';
import type { RestoreEnded } from './notify-backup.ts';

/** Told at once; the rest comes with the next look. */
const batch = 50;

type EndedFact =
  | RestoreEnded
  | Fact<'backup-failed' | 'drill-failed'>
  | { kind: 'backup-made'; database: string; backup: string; type: string; bytes: number }
  | { kind: 'drill-passed'; database: string; backup: string; compared: string };

/** A backup, restore or drill that has ended and whose asker has not heard of it. */
export interface EndedWork {
  table: 'backups' | 'restores';
  id: string;
  /** Key of its metadata that says where it was asked for. */
  key: 'asked' | 'drill_asked';
  asked: AskedIn;
  fact: EndedFact;
  /** A notification route has already told that channel. */
  heard: boolean;
}

/** The JSON of each row's fact; `name` is that of the database, `into` that of the database that was restored into. */
const facts = {
  backups: `case when w.status = 'success'
      then jsonb_build_object('kind', 'backup-made', 'backup', w.id, 'type', w.type, 'bytes', w.size_bytes)
      else jsonb_build_object('kind', 'backup-failed', 'type', w.type, 'reason', coalesce(w.metadata ->> 'error', '')) end`,
  restores: `case when w.status = 'success'
      then jsonb_build_object('kind', 'restore-succeeded', 'backup', w.backup_id, 'seconds', w.metadata -> 'duration_seconds',
        'safetyBackup', w.metadata -> 'safety_backup')
      else jsonb_build_object('kind', 'restore-failed', 'reason', coalesce(w.metadata ->> 'error', '')) end`,
  drills: `case when (w.metadata #>> '{drill,ok}')::boolean
      then jsonb_build_object('kind', 'drill-passed', 'backup', w.id, 'compared', w.metadata #> '{drill,compared}')
      else jsonb_build_object('kind', 'drill-failed', 'backup', w.id, 'reason', coalesce(w.metadata #>> '{drill,error}', '')) end`,
};

function select(table: EndedWork['table'], key: EndedWork['key'], fact: string, ended: string): string {
  return `select '${table}' as "table", w.id, '${key}' as key, w.metadata -> '${key}' as asked,
      ${fact} || jsonb_build_object('database', coalesce(w.metadata ->> 'into', p.name || '/' || d.name)) as fact,
      exists (select from notifications n join notification_routes r on r.id = n.route_id
        where n.subject in (w.id::text, d.id::text) and n.event in ('backup-failed', 'restored')
          and r.platform = $1 and r.channel = w.metadata #>> '{${key},channel}'
          and n.created_at >= (w.metadata #>> '{${key},at}')::timestamptz) as heard
    from ${table} w join databases d on d.id = w.database_id join projects p on p.id = d.project_id
    where w.metadata #>> '{${key},platform}' = $1 and ${ended}`;
}

const untold = [
  select('backups', 'asked', facts.backups, `w.status in ('success', 'failed')`),
  select('restores', 'asked', facts.restores, `w.status in ('success', 'failed')`),
  select('backups', 'drill_asked', facts.drills, `w.metadata #>> '{drill,at}' >= w.metadata #>> '{drill_asked,at}'`),
].join(' union all ');

/** What people of a platform asked for and have not been told of. */
export async function readEndedWork({ database }: Pick<Deps, 'database'>, platform: Platform): Promise<EndedWork[]> {
  return (
    await executeSql<EndedWork & Record<string, unknown>>(database.asSystem(), `${untold} limit ${batch}`, [platform])
  ).rows;
}

export async function markTold({ database }: Pick<Deps, 'database'>, { id, key, table }: EndedWork): Promise<void> {
  await executeSql(database.asSystem(), `update ${table} set metadata = metadata - $2 where id = $1`, [id, key]);
}
