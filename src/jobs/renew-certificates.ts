import { renewCertificates } from '../usecases/certificates/renew-certificates.ts';
import { renewJobName } from '../usecases/domains/request-certificate.ts';
import type { Job } from './job.ts';

/** Asks for certificates: of domains that have none, and where a third of the lifetime is left. */
export const renewCertificatesJob: Job = {
  name: renewJobName,
  summary: 'Issues and renews certificates',
  // Not at the full hour, when everybody asks.
  schedule: '3-59/10 * * * *',
  run: (deps, { signal }) => renewCertificates(deps, signal),
};
