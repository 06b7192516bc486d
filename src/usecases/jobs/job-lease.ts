import type { QueuedJob } from '../../queue/queue.ts';

type Keyed = Pick<QueuedJob, 'name' | 'key' | 'input'>;

/** The key of a tick: any number of replicas enqueue it once. */
export function tickKey(name: string, fireTime: Date): string {
  return `${name}@${fireTime.toISOString()}`;
}

/** The key of a run that somebody asks for. */
export function byHandKey(name: string, id: string): string {
  return `${name}@by-hand-${id}`;
}

/** The key of a run when a process starts. */
export function atStartKey(name: string, id: string): string {
  return `${name}@start-${id}`;
}

/** True of a run that is passed over while another one is under way: it has nothing to do that the other has not. */
export function isWhole({ name, key, input }: Keyed): boolean {
  if (Object.keys(input).length > 0 || !key.startsWith(`${name}@`)) return false;
  return /^(\d{4}-\d\d-\d\dT[\d:.]+Z|by-hand-.+|start-.+)$/.test(key.slice(name.length + 1));
}

/** Name of the claim that whoever runs the job holds while it does. */
export function jobLease(job: Keyed): string {
  return isWhole(job) ? wholeLease(job.name) : `job:${job.key}`;
}

/** Of the runs by the schedule and by hand. */
export function wholeLease(name: string): string {
  return `job:${name}`;
}
