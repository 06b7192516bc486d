import type { Job } from './job.ts';

/** Warns 14, 7, 3 and 1 days before the expiry of certificates that are not renewed automatically. */
export const watchCertificatesJob: Job = {
  name: 'watch-certificates',
  summary: 'Warns of certificates that expire soon',
  schedule: '41 * * * *',
  async run(deps) {
    const { watchCertificates } = await import('../usecases/certificates/watch-certificates.ts');
    return watchCertificates(deps);
  },
};
