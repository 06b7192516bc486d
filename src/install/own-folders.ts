import { mkdirSync } from 'node:fs';
import { dirname, parse, relative, resolve, sep } from 'node:path';
import { UserError } from '../errors.ts';
import { account, places } from './places.ts';
import { mustRun, succeeds } from './programs.ts';
import type { Step } from './steps.ts';

/** Variables that name a place outside the data folder for Shipmate to write to, with their folders. */
export type OwnFolders = Readonly<Record<string, string>>;

/** What the unit hides, or empties at each stop. */
const hidden = ['/home', '/root', '/run/user', '/tmp', '/var/tmp'];

/** Those that the variables of an installation name. */
export function foldersOutside(variables: NodeJS.Dict<string>): OwnFolders {
  const named = {
    SHIPMATE_LOG_FILE: variables['SHIPMATE_LOG_FILE'] && dirname(variables['SHIPMATE_LOG_FILE']),
    SHIPMATE_SELF_BACKUP_FOLDER: variables['SHIPMATE_SELF_BACKUP_FOLDER'],
  };
  const given = Object.entries(named).flatMap(([name, path]) =>
    path ? [[name, resolve(places.data, path)] as const] : [],
  );
  return Object.fromEntries(given.filter(([, folder]) => !isWithin(places.data, folder)));
}

/** @throws {UserError} for a place that the unit keeps from the service. */
export function requireReachable(folders: OwnFolders): void {
  for (const [name, folder] of Object.entries(folders)) {
    const above = hidden.find((each) => isWithin(each, folder));
    if (above === undefined && folder !== parse(folder).root) continue;
    throw new UserError(
      `${name} leads to ${folder}, which the service cannot use` +
        `${above === undefined ? '' : `: systemd hides ${above} from it`}. ` +
        'Choose a folder of its own, for instance below /var/lib, /var/log or /mnt.',
    );
  }
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`);
}

/** Makes those that are missing. One that is there already keeps its owner. */
export function ownFolderSteps(folders: OwnFolders): Step[] {
  return Object.entries(folders).map(([name, folder]) => ({
    does: `make ${folder}, where ${name} leads`,
    isDone: () => {
      if (!succeeds('test', '-e', folder)) return false;
      // In a dry run there may be no such user yet.
      if (succeeds('id', account) && !mayWrite(folder)) throw notWritable(name, folder);
      return true;
    },
    run() {
      mkdirSync(dirname(folder), { recursive: true, mode: 0o755 });
      mustRun('install', ['-d', '-m', '0750', '-o', account, '-g', account, folder]);
    },
  }));
}

function mayWrite(folder: string): boolean {
  const as = ['--reuid', account, '--regid', account, '--init-groups'];
  return succeeds('setpriv', ...as, 'test', '-d', folder, '-a', '-w', folder);
}

function notWritable(name: string, folder: string): UserError {
  return new UserError(
    `${name} leads to ${folder}, which the user ${account} may not write. ` +
      `Choose a folder of its own, or hand this one over: sudo chown ${account}: ${folder}`,
  );
}
