import { defineEntity, p } from '@mikro-orm/core';
import { uuidKey } from './columns.ts';
import { isApplication, oneOf, policiesFor } from './access.ts';
import { Application } from './application.ts';

/**
 * `unhealthy`: an application lacked tasks, kept crashing or took no connections. `memory`: a task was close to its
 * limit. `restarts`: its tasks kept ending, but enough of them ran. `disk`: a disk of a host was filling.
 */
export const incidentKinds = ['unhealthy', 'memory', 'restarts', 'disk'] as const;
export type IncidentKind = (typeof incidentKinds)[number];

/** A period in which something was wrong; of each kind, at most one is open for an application. */
const IncidentSchema = defineEntity({
  name: 'Incident',
  tableName: 'incidents',
  indexes: [
    {
      name: 'incidents_application_id_began_at_index',
      columns: [{ name: 'application_id' }, { name: 'began_at', sort: 'desc' }],
    },
  ],
  uniques: [
    { name: 'incidents_open_index', properties: ['application', 'kind'], where: 'ended_at is null' },
    { name: 'incidents_open_subject_index', properties: ['subject'], where: 'ended_at is null' },
  ],
  checks: [
    { name: 'check_incident_times', expression: 'ended_at >= began_at' },
    { name: 'check_incident_kind', expression: oneOf('kind', incidentKinds) },
    {
      name: 'check_incident_subject',
      expression: `(kind = 'disk') = (application_id is null) and (kind = 'disk') = (subject is not null)`,
    },
  ],
  policies: policiesFor('incidents', { select: isApplication('application_id', 'viewer') }),
  properties: {
    id: uuidKey(),
    kind: p.string().$type<IncidentKind>().length(20).default('unhealthy'),
    /** Null: a disk's. */
    application: () => p.manyToOne(Application).nullable().deleteRule('cascade'),
    /** The disk, e.g. `host-1/data`. */
    subject: p.string().length(310).nullable(),
    /** Of `unhealthy`: desired tasks, and tasks that ran and took connections when it was detected; else 0. */
    replicas: p.integer(),
    running: p.integer(),
    /** Tasks that exited in the minutes before, as far as Swarm remembers. */
    restarts: p.integer().default(0),
    /** What was found: the last task error, why its port takes no connections, how full it is. */
    error: p.string().length(500).nullable(),
    beganAt: p.datetime().defaultRaw('now()'),
    endedAt: p.datetime().nullable(),
  },
});
export class Incident extends IncidentSchema.class {}
IncidentSchema.setClass(Incident);
