import { fetchMissedDeliveries } from '../usecases/connections/fetch-missed-deliveries.ts';
import type { Job } from './job.ts';

export const fetchMissedDeliveriesJob: Job = {
  name: 'fetch-missed-deliveries',
  summary: 'Has the git hosts send again what did not arrive',
  schedule: '23 * * * *',
  atStart: true,
  run: (deps, { signal }) => fetchMissedDeliveries(deps, signal),
};
