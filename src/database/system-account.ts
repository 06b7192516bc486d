import { readFileSync } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../errors.ts';

/** The account PostgreSQL runs as. Undefined ids: Shipmate's own user. */
export interface SystemAccount {
  uid?: number;
  gid?: number;
}

/**
 * PostgreSQL refuses to run as root. As root it runs as the owner of `cluster` when that exists, else as
 * the owner of `dataDir` when that is not root, else as `postgres`, else as `nobody`.
 */
export async function systemAccount(dataDir: string, cluster: string): Promise<SystemAccount> {
  if (process.getuid?.() !== 0) return {};
  for (const path of [cluster, dataDir]) {
    const owner = await stat(path).catch(() => undefined);
    if (owner && owner.uid !== 0 && namedUser((user) => user.uid === owner.uid))
      return { uid: owner.uid, gid: owner.gid };
  }
  const user = namedUser(({ name }) => name === 'postgres') ?? namedUser(({ name }) => name === 'nobody');
  if (!user)
    throw new UserError(
      'PostgreSQL cannot run as root, and this system has neither a user "postgres" nor "nobody". Run Shipmate as another user, or set DATABASE_URL.',
    );
  return { uid: user.uid, gid: user.gid };
}

/** Whether `account` may traverse to `path`, by the mode bits of every parent folder. */
export async function reaches(path: string, account: SystemAccount): Promise<boolean> {
  if (account.uid === undefined) return true;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { uid, gid, mode } = await lstat(folder);
    const execute = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if (!(mode & execute)) return false;
    if (folder === dirname(folder)) return true;
  }
}

function namedUser(matches: (user: { name: string; uid: number; gid: number }) => boolean) {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .find((user) => user.name !== '' && matches(user));
}
