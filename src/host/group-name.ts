import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { programEnvironment } from './program-environment.ts';

const execute = promisify(execFile);

/** A directory service that does not answer holds nobody up for longer, milliseconds. */
const lookUpMs = 5_000;

/** The name of a group of this machine, directory services included; its number for one without a name. */
export async function groupNameOf(gid: number): Promise<string> {
  try {
    const options = { env: programEnvironment(), timeout: lookUpMs };
    const { stdout } = await execute('getent', ['group', String(gid)], options);
    return stdout.split(':')[0] || String(gid);
  } catch {
    return String(gid);
  }
}
