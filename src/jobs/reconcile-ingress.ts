import { reconcileIngress } from '../usecases/ingress/reconcile-ingress.ts';
import type { Job } from './job.ts';

/** Mends an ingress that was restarted, changed from outside or did not answer when its routes changed. */
export const reconcileIngressJob: Job = {
  name: 'reconcile-ingress',
  summary: 'Makes the ingress serve what the database says',
  schedule: '* * * * *',
  run: reconcileIngress,
};
