import { executeSql } from '../../database/database.ts';
import { Domain } from '../../entities/domain.ts';
import type { Deps } from '../deps.ts';
import { requestCertificate } from './request-certificate.ts';

/** Shipmate is one thing, not a row. */
const nobody = '00000000-0000-0000-0000-000000000000';

/**
 * Makes the host of `SHIPMATE_PUBLIC_URL` a domain that the ingress serves, with a certificate, or takes the one away that
 * it was before; the job that reconciles the ingress does the rest. Nothing happens to a host that an application already has; the log says so.
 */
export async function ensureOwnDomain(deps: Pick<Deps, 'config' | 'database' | 'logger' | 'queue'>): Promise<void> {
  const { publicIngress, publicUrl } = deps.config;
  const host = publicIngress ? new URL(publicUrl).hostname : '';
  await deps.database.asSystem().transactional(async (em) => {
    // Another Shipmate on the database starts at the same time.
    await executeSql(em, `select pg_advisory_xact_lock(hashtext('domains'))`);
    await em.nativeDelete(Domain, { targetType: 'shipmate', domain: { $ne: host } });
    if (host === '') return;
    const present = await em.findOne(Domain, { domain: host });
    if (present) {
      if (present.targetType !== 'shipmate')
        deps.logger.warn({ domain: host }, 'an application has the host of SHIPMATE_PUBLIC_URL: remove its domain');
      return;
    }
    const own = em.create(Domain, { project: null, domain: host, targetType: 'shipmate', targetId: nobody });
    await em.flush();
    await requestCertificate(deps, em, own);
  });
}
