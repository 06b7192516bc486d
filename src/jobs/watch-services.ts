import { watchServices } from '../usecases/watchers/watch-services.ts';
import type { Job } from './job.ts';

/** Notifies of applications whose tasks are missing, keep crashing or take no connections, and of their recovery. */
export const watchServicesJob: Job = {
  name: 'watch-services',
  summary: 'Finds applications that became unhealthy or recovered',
  schedule: '* * * * *',
  run: (deps, { signal }) => watchServices(deps, signal),
};
