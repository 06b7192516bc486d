import { reconcileIngress } from '../usecases/ingress/reconcile-ingress.ts';
import type { Job } from './job.ts';

/** Repairs an ingress that was restarted, changed from outside, or unavailable when its routes changed. */
export const reconcileIngressJob: Job = {
  name: 'reconcile-ingress',
  summary: 'Brings the ingress to the state in the database',
  schedule: '* * * * *',
  run: (deps, { signal }) => reconcileIngress(deps, signal),
};
