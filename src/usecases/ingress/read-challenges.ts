import type { EntityManager } from '../../database/database.ts';
import { AcmeChallenge } from '../../entities/acme-challenge.ts';
import type { AcmeChallenge as Answer } from '../../ingress/ingress.ts';
import type { Deps } from '../deps.ts';

/** What authorities ask for over HTTP while certificates are issued. */
export async function readChallenges(em: EntityManager): Promise<Answer[]> {
  const rows = await em.find(AcmeChallenge, { expiresAt: { $gt: new Date() } }, { orderBy: { token: 'asc' } });
  return rows.map(({ host, token, keyAuthorization }) => ({ host, token, keyAuthorization }));
}

/** What the authority wants to read for the token; undefined: no order that is under way has it. */
export async function answerChallenge(
  { database }: Pick<Deps, 'database'>,
  token: string,
): Promise<string | undefined> {
  const row = await database.asSystem().findOne(AcmeChallenge, { token, expiresAt: { $gt: new Date() } });
  return row?.keyAuthorization;
}
