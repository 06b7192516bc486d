import { defineEntity, p } from '@mikro-orm/core';
import { isPlatformAdmin, oneOf, policiesFor } from './access.ts';
import { creationTime, jsonObject } from './columns.ts';
import { User } from './user.ts';

/** `interrupted`: its process died; the queue retries the job elsewhere. */
export const jobRunStatuses = ['running', 'success', 'failed', 'interrupted'] as const;
export type JobRunStatus = (typeof jobRunStatuses)[number];

/** One run of a job; the newest hundred of each job are kept. */
const JobRunSchema = defineEntity({
  name: 'JobRun',
  tableName: 'job_runs',
  indexes: [
    { name: 'job_runs_job_id_index', columns: [{ name: 'job' }, { name: 'id', sort: 'desc' }] },
    { properties: ['key'] },
    { properties: ['requestedBy'] },
  ],
  checks: [
    { name: 'check_job_run_status', expression: oneOf('status', jobRunStatuses) },
    { name: 'check_job_run_finished', expression: `(status = 'running') = (finished_at is null)` },
  ],
  policies: policiesFor('job_runs', { select: isPlatformAdmin }),
  properties: {
    id: p.bigint('number').primary().autoincrement(),
    /** Name of the job, e.g. `retention`. */
    job: p.string().length(100),
    /** Key it was enqueued with; a retried job has several runs with one key. */
    key: p.string().length(255),
    input: jsonObject<Record<string, unknown>>(),
    /** Who ran it by hand. */
    requestedBy: () => p.manyToOne(User).fieldName('requested_by').nullable().deleteRule('set null'),
    status: p.string().$type<JobRunStatus>().length(20).default('running'),
    /** Short summary, or why it failed. */
    result: p.text().nullable(),
    /** Under which the error is logged. */
    errorId: p.string().length(20).nullable(),
    startedAt: creationTime(),
    finishedAt: p.datetime().nullable(),
  },
});
export class JobRun extends JobRunSchema.class {}
JobRunSchema.setClass(JobRun);
