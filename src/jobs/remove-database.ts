import { z } from 'zod';
import { removeDatabaseJobName } from '../usecases/databases/database-jobs.ts';
import type { Job } from './job.ts';

const Input = z.object({ service: z.string(), volume: z.string().optional() });

/** Enqueued by `db delete`. */
export const removeDatabaseJob: Job = {
  name: removeDatabaseJobName,
  summary: 'Removes the service and the volume of a deleted database',
  async run(deps, { input, signal }) {
    const { removeLeftovers } = await import('../usecases/databases/remove-leftovers.ts');
    const { service, volume } = Input.parse(input);
    return removeLeftovers(deps, { service, ...(volume !== undefined && { volume }) }, signal);
  },
};
