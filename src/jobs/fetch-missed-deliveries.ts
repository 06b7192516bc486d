import type { Job } from './job.ts';

export const fetchMissedDeliveriesJob: Job = {
  name: 'fetch-missed-deliveries',
  summary: 'Points webhooks at the public URL, and has the git hosts send again what did not arrive',
  schedule: '23 * * * *',
  atStart: true,
  async run(deps, { signal }) {
    const { fetchMissedDeliveries } = await import('../usecases/connections/fetch-missed-deliveries.ts');
    const { resendDeliveries } = await import('../usecases/host-apps/resend-deliveries.ts');
    const { moveWebhooks } = await import('../usecases/connections/move-webhooks.ts');
    const { moveAppWebhooks } = await import('../usecases/host-apps/move-app-webhooks.ts');
    await moveAppWebhooks(deps, signal);
    const moved = await moveWebhooks(deps, signal);
    const ofApps = await resendDeliveries(deps, signal);
    const ofRepositories = await fetchMissedDeliveries(deps, signal);
    return [ofRepositories, ofApps, moved].filter((part) => part !== undefined).join('; ');
  },
};
