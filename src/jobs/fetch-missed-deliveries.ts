import type { Job } from './job.ts';

export const fetchMissedDeliveriesJob: Job = {
  name: 'fetch-missed-deliveries',
  summary: 'Has the git hosts send again what did not arrive',
  schedule: '23 * * * *',
  atStart: true,
  async run(deps, { signal }) {
    const { fetchMissedDeliveries } = await import('../usecases/connections/fetch-missed-deliveries.ts');
    const { resendDeliveries } = await import('../usecases/host-apps/resend-deliveries.ts');
    const ofApps = await resendDeliveries(deps, signal);
    const ofRepositories = await fetchMissedDeliveries(deps, signal);
    return ofApps === undefined ? ofRepositories : `${ofRepositories}; ${ofApps}`;
  },
};
