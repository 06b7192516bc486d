import { defineEntity, p } from '@mikro-orm/core';
import { uuidKey } from './columns.ts';
import { isApplication, policiesFor } from './access.ts';
import { Application } from './application.ts';

/** A period in which an application lacked tasks, kept crashing or took no connections; at most one is open at a time. */
const IncidentSchema = defineEntity({
  name: 'Incident',
  tableName: 'incidents',
  indexes: [
    {
      name: 'incidents_application_id_began_at_index',
      columns: [{ name: 'application_id' }, { name: 'began_at', sort: 'desc' }],
    },
  ],
  uniques: [{ name: 'incidents_open_index', properties: ['application'], where: 'ended_at is null' }],
  checks: [{ name: 'check_incident_times', expression: 'ended_at >= began_at' }],
  policies: policiesFor('incidents', { select: isApplication('application_id', 'viewer') }),
  properties: {
    id: uuidKey(),
    application: () => p.manyToOne(Application).deleteRule('cascade'),
    /** Desired tasks, and tasks that ran and took connections when it was detected. */
    replicas: p.integer(),
    running: p.integer(),
    /** Tasks that exited in the minutes before, as far as Swarm remembers. */
    restarts: p.integer().default(0),
    /** Last task error, or why its port takes no connections. */
    error: p.string().length(500).nullable(),
    beganAt: p.datetime().defaultRaw('now()'),
    endedAt: p.datetime().nullable(),
  },
});
export class Incident extends IncidentSchema.class {}
IncidentSchema.setClass(Incident);
