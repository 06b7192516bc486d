import type { EntityManager } from '../../database/database.ts';
import type { Domain } from '../../entities/domain.ts';
import type { User } from '../../entities/user.ts';
import { ConflictError } from '../../errors.ts';
import { findDomain } from '../domains/find-domain.ts';
import type { Origin } from '../origin.ts';

export interface CertificateRequest {
  user: User;
  origin: Origin;
  domain: string;
}

/** A domain that the person may change. @throws {ConflictError} when it is served without HTTPS. */
export async function findSecureDomain(em: EntityManager, name: string, user: User): Promise<Domain> {
  const found = await findDomain(em, name, { user, intent: 'change' });
  if (found.tlsEnabled) return found;
  const { domain } = found;
  throw new ConflictError(
    `\`${domain}\` is served without HTTPS. Turn it on first: \`domain set ${domain} --tls on\`.`,
  );
}
