import { z } from 'zod';
import { removeApplicationJobName } from '../usecases/lifecycle/removal-job.ts';
import type { Job } from './job.ts';

const Input = z.object({ application: z.uuid() });

/** Enqueued by `app delete` and `project delete`. */
export const removeApplicationJob: Job = {
  name: removeApplicationJobName,
  summary: 'Removes the services, networks, volumes and images of a deleted application',
  async run(deps, { input, signal }) {
    const { removeDeleted } = await import('../usecases/lifecycle/remove-deleted.ts');
    return removeDeleted(deps, Input.parse(input).application, signal);
  },
};
