import { watchCertificates } from '../usecases/certificates/watch-certificates.ts';
import type { Job } from './job.ts';

/** Warns of certificates that expire in 14, 7, 3 and 1 days and are not renewed by themselves. */
export const watchCertificatesJob: Job = {
  name: 'watch-certificates',
  summary: 'Warns of certificates that expire soon',
  schedule: '41 * * * *',
  run: (deps) => watchCertificates(deps),
};
