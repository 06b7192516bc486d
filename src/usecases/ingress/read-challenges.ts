import type { EntityManager } from '../../database/database.ts';
import { AcmeChallenge } from '../../entities/acme-challenge.ts';
import type { AcmeChallenge as Answer } from '../../ingress/ingress.ts';

/** What authorities ask for over HTTP while certificates are issued. */
export async function readChallenges(em: EntityManager): Promise<Answer[]> {
  const rows = await em.find(AcmeChallenge, { expiresAt: { $gt: new Date() } }, { orderBy: { token: 'asc' } });
  return rows.map(({ host, token, keyAuthorization }) => ({ host, token, keyAuthorization }));
}
