import type { QueuedJob } from '../../queue/queue.ts';

type Keyed = Pick<QueuedJob, 'name' | 'key' | 'input'>;

/** The key of a tick, which any number of replicas enqueue only once. */
export function tickKey(name: string, fireTime: Date): string {
  return `${name}@${fireTime.toISOString()}`;
}

/** The key of a run by hand. */
export function byHandKey(name: string, id: string): string {
  return `${name}@by-hand-${id}`;
}

/** The key of a run when a process starts. */
export function atStartKey(name: string, id: string): string {
  return `${name}@start-${id}`;
}

/** Whether the run can be skipped while another one is in progress, because it would do the same work. */
export function isWhole({ name, key, input }: Keyed): boolean {
  if (Object.keys(input).length > 0 || !key.startsWith(`${name}@`)) return false;
  return /^(\d{4}-\d\d-\d\dT[\d:.]+Z|by-hand-.+|start-.+)$/.test(key.slice(name.length + 1));
}

/** Name of the lease held while the job runs. */
export function jobLease(job: Keyed): string {
  return isWhole(job) ? wholeLease(job.name) : `job:${job.key}`;
}

/** Lease of scheduled runs and runs by hand. */
export function wholeLease(name: string): string {
  return `job:${name}`;
}
