import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { programEnvironment } from './program-environment.ts';

const execute = promisify(execFile);

/** A directory service that does not answer holds nobody up for longer, milliseconds. */
const lookUpMs = 5_000;

/** The name of the operating system's account that runs this process; `uid:4711` for one without a name. */
export function ownAccountName(): string {
  try {
    return userInfo().username;
  } catch {
    return nameless(process.getuid?.() ?? -1);
  }
}

/** The name of an account of this machine, directory services included; `uid:4711` for one without a name. */
export async function accountNameOf(uid: number): Promise<string> {
  if (uid === process.getuid?.()) return ownAccountName();
  try {
    const options = { env: programEnvironment(), timeout: lookUpMs };
    const { stdout } = await execute('getent', ['passwd', String(uid)], options);
    return stdout.split(':')[0] || nameless(uid);
  } catch {
    return nameless(uid);
  }
}

/** No account has a colon in its name. */
function nameless(uid: number): string {
  return `uid:${uid}`;
}
