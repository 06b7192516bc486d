import { executeSql, type EntityManager } from '../../database/database.ts';
import { Domain } from '../../entities/domain.ts';
import type { User } from '../../entities/user.ts';
import type { Deps } from '../deps.ts';
import { findTargetId, targetNames } from './domain-target.ts';

export interface ListedDomain {
  domain: Domain;
  /** `project/name` of the application or database. */
  target: string;
  /** Expiry of its newest certificate. */
  certificateExpiresAt: Date | undefined;
}

/** The first visible domains by name, at most `most`, optionally of one application or database. */
export async function listDomains(
  deps: Deps,
  user: User,
  { target, most }: { target?: string | undefined; most: number },
): Promise<ListedDomain[]> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const of = target === undefined ? {} : { targetId: await findTargetId(em, target) };
    const domains = await em.find(Domain, of, { populate: ['redirectTo'], orderBy: { domain: 'asc' }, limit: most });
    const names = await targetNames(em, domains);
    const expiries = await certificateExpiries(em, domains);
    return domains.map((domain) => ({
      domain,
      target: names.get(domain.targetId) ?? '',
      certificateExpiresAt: expiries.get(domain.id),
    }));
  });
}

/** When the newest certificate of each domain that has one expires, by the domain's id. */
export async function certificateExpiries(em: EntityManager, domains: readonly Domain[]): Promise<Map<string, Date>> {
  const { rows } = await executeSql<{ domain_id: string; expires_at: Date }>(
    em,
    'select domain_id, max(expires_at) as expires_at from certificates where domain_id = any ($1) group by domain_id',
    [domains.map(({ id }) => id)],
  );
  return new Map(rows.map((row) => [row.domain_id, new Date(row.expires_at)]));
}
