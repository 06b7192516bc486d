import type { EntityManager } from '../../database/database.ts';
import { AcmeChallenge } from '../../entities/acme-challenge.ts';
import type { AcmeChallenge as Answer } from '../../ingress/ingress.ts';
import type { Deps } from '../deps.ts';

/** Answers to HTTP challenges of certificates that are being issued. */
export async function readChallenges(em: EntityManager): Promise<Answer[]> {
  const rows = await em.find(AcmeChallenge, { expiresAt: { $gt: new Date() } }, { orderBy: { token: 'asc' } });
  return rows.map(({ host, token, keyAuthorization }) => ({ host, token, keyAuthorization }));
}

/** The expected answer for the token; undefined when no order in progress has it. */
export async function answerChallenge(
  { database }: Pick<Deps, 'database'>,
  token: string,
): Promise<string | undefined> {
  const row = await database.asSystem().findOne(AcmeChallenge, { token, expiresAt: { $gt: new Date() } });
  return row?.keyAuthorization;
}
