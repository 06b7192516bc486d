import type { Domain } from '../../entities/domain.ts';
import type { User } from '../../entities/user.ts';
import { ConflictError } from '../../errors.ts';
import type { Origin } from '../origin.ts';

export interface CertificateRequest {
  user: User;
  origin: Origin;
  domain: string;
}

/** @throws {ConflictError} when the domain is served without HTTPS. */
export function requireTls({ domain, tlsEnabled }: Domain): void {
  if (tlsEnabled) return;
  throw new ConflictError(
    `\`${domain}\` is served without HTTPS. Turn it on first: \`domain set ${domain} --tls on\`.`,
  );
}
