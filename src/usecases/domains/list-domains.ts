import { executeSql } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import { Domain } from '../../entities/domain.ts';
import type { User } from '../../entities/user.ts';
import type { Deps } from '../deps.ts';
import { applicationName, findApplication } from '../applications/find-application.ts';

export interface ListedDomain {
  domain: Domain;
  /** `project/app`. */
  application: string;
  /** Expiry of its newest certificate. */
  certificateExpiresAt: Date | undefined;
}

/** The first visible domains by name, at most `most`, optionally of one application. */
export async function listDomains(
  deps: Deps,
  user: User,
  { application, most }: { application?: string | undefined; most: number },
): Promise<ListedDomain[]> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const of = application === undefined ? {} : { targetId: (await findApplication(em, application)).id };
    const domains = await em.find(
      Domain,
      { targetType: 'application', ...of },
      { populate: ['redirectTo'], orderBy: { domain: 'asc' }, limit: most },
    );
    const ids = domains.map(({ targetId }) => targetId);
    const applications = await em.find(Application, { id: { $in: ids } }, { populate: ['project'] });
    const names = new Map(applications.map((one) => [one.id, applicationName(one)]));
    const { rows } = await executeSql<{ domain_id: string; expires_at: Date }>(
      em,
      'select domain_id, max(expires_at) as expires_at from certificates where domain_id = any ($1) group by domain_id',
      [domains.map(({ id }) => id)],
    );
    const expiries = new Map(rows.map((row) => [row.domain_id, new Date(row.expires_at)]));
    return domains.map((domain) => ({
      domain,
      application: names.get(domain.targetId) ?? '',
      certificateExpiresAt: expiries.get(domain.id),
    }));
  });
}
