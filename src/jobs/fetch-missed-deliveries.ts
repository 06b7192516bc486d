import { readInstallation } from '../database/installation.ts';
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
    // One that was restored beside another leaves that one's webhooks alone.
    const alone = (await readInstallation(deps.database)).restoredFrom === undefined;
    if (alone) await moveAppWebhooks(deps, signal);
    const moved = alone ? await moveWebhooks(deps, signal) : undefined;
    const ofApps = await resendDeliveries(deps, signal);
    const ofRepositories = await fetchMissedDeliveries(deps, signal);
    return [ofRepositories, ofApps, moved].filter((part) => part !== undefined).join('; ');
  },
};
