import type { Job } from './job.ts';

export const fetchMissedDeliveriesJob: Job = {
  name: 'fetch-missed-deliveries',
  summary: 'Has the git hosts send again what did not arrive',
  schedule: '23 * * * *',
  atStart: true,
  async run(deps, { signal }) {
    const { fetchMissedDeliveries } = await import('../usecases/connections/fetch-missed-deliveries.ts');
    return fetchMissedDeliveries(deps, signal);
  },
};
