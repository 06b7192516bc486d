import { HostApp } from '../../entities/host-app.ts';
import type { Deps } from '../deps.ts';
import { openIdentity } from './app-keys.ts';

/** Deliveries of one app that a pass asks for: an app has those of all its repositories. */
const mostOfOne = 50;

/**
 * Has the host send again what the webhooks of apps could not deliver, the oldest first. What did arrive is known by its
 * delivery id, so it leads to nothing twice.
 * @returns a short summary of the result; undefined when there are no apps.
 */
export async function resendDeliveries(deps: Deps, signal: AbortSignal): Promise<string | undefined> {
  const apps = await deps.database.asSystem().find(HostApp, {}, { orderBy: { createdAt: 'asc' }, limit: 100 });
  if (apps.length === 0) return undefined;
  let [asked, failed] = [0, 0];
  for (const app of apps) {
    signal.throwIfAborted();
    try {
      const api = deps.hostAppApis.open(openIdentity(deps, app));
      for (const delivery of (await api.failedDeliveries()).slice(0, mostOfOne)) {
        signal.throwIfAborted();
        await api.redeliver(delivery);
        asked += 1;
      }
    } catch (error) {
      signal.throwIfAborted();
      failed += 1;
      deps.logger.warn({ err: error, app: app.slug }, 'could not fetch missed deliveries of an app');
    }
  }
  const counted = `${apps.length} ${apps.length === 1 ? 'app' : 'apps'}`;
  return `${counted}, ${asked} sent again${failed > 0 ? `, ${failed} not reached` : ''}`;
}
