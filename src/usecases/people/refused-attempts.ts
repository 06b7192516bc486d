import { AuditLog } from '../../entities/audit-log.ts';
import { UserError } from '../../errors.ts';
import type { Deps } from '../deps.ts';
import type { Origin } from '../origin.ts';
import { recordAudit } from '../record-audit.ts';

/** Wrong codes an account may give within the window before it has to wait. */
const attempts = 5;
const windowMs = 10 * 60_000;

const refused = 'user.link_refused';

function accountKey({ platform, workspace, account, ipAddress }: Origin): string {
  // A stranger over HTTP is a new account each time; their address is not.
  if (platform === 'http') return `http/${ipAddress ?? 'unknown'}`;
  return `${platform}/${workspace}/${account}`;
}

/** Counts as a wrong code or password of the account. */
export async function recordRefusal(deps: Deps, origin: Origin, kind: 'link_code' | 'password'): Promise<void> {
  await deps.database.asSystem().transactional(async (em) =>
    recordAudit(em, {
      action: refused,
      resourceType: 'user',
      details: { kind, account: accountKey(origin) },
      ipAddress: origin.ipAddress,
      userAgent: origin.userAgent,
    }),
  );
}

/** @throws {UserError} after 5 wrong codes or passwords of the account within 10 minutes. */
export async function requirePatience(deps: Deps, origin: Origin): Promise<void> {
  const since = new Date(Date.now() - windowMs);
  const failures = await deps.database
    .asSystem()
    .transactional(async (em) =>
      em.count(AuditLog, { action: refused, createdAt: { $gt: since }, details: { account: accountKey(origin) } }),
    );
  if (failures >= attempts) throw new UserError('Too many wrong codes or passwords. Try again in 10 minutes.');
}
