import type { Job } from './job.ts';

/** Notifies of applications whose tasks are missing, keep crashing or take no connections, and of their recovery. */
export const watchServicesJob: Job = {
  name: 'watch-services',
  summary: 'Finds applications that became unhealthy or recovered',
  schedule: '* * * * *',
  async run(deps, { signal }) {
    const { watchServices } = await import('../usecases/watchers/watch-services.ts');
    return watchServices(deps, signal);
  },
};
