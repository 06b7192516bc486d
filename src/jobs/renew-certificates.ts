import { renewJobName } from '../usecases/domains/request-certificate.ts';
import type { Job } from './job.ts';

/** Requests certificates for domains without one, and renews those with less than a third of their lifetime left. */
export const renewCertificatesJob: Job = {
  name: renewJobName,
  summary: 'Issues and renews certificates',
  // Not at the full hour, when everybody asks.
  schedule: '3-59/10 * * * *',
  async run(deps, { signal }) {
    const { renewCertificates } = await import('../usecases/certificates/renew-certificates.ts');
    return renewCertificates(deps, signal);
  },
};
