import type { Deps } from '../deps.ts';
import { reconcileIngress } from '../ingress/reconcile-ingress.ts';
import { removeServices, removeStored } from '../applications/remove-parts.ts';

/** Removes what runs and is stored of an application whose row is gone. Idempotent. */
export async function removeDeleted(deps: Deps, applicationId: string, signal: AbortSignal): Promise<string> {
  await reconcileIngress(deps, signal);
  await removeServices(deps, applicationId);
  await removeStored(deps, applicationId);
  return 'removed';
}
