import { lstat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ForbiddenError } from '../errors.ts';
import { ownAccountName } from '../host/account-name.ts';
import { groupNameOf } from '../host/group-name.ts';
import { whyNot } from '../host/listens.ts';
import { openSocketFolder } from '../host/socket-folder.ts';
import { socketName } from '../local-socket.ts';

/** Where a Shipmate that was installed as a service keeps its data; only root makes folders there. */
const installed = ['/var/lib/shipmate/data', '/var/lib/shipmate'];

/**
 * The data folder of a Shipmate that runs on this machine; undefined without one.
 * @throws {ForbiddenError} when this account may not talk to it.
 */
export async function findLocalShipmate(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const named = env['SHIPMATE_DATA_DIR']?.trim();
  if (named) return (await answers(resolve(named))) ? resolve(named) : undefined;
  const here = resolve('data');
  for (const folder of [...((await isOwn(here)) ? [here] : []), ...installed]) if (await answers(folder)) return folder;
  return undefined;
}

/**
 * In a folder that belongs to others, the socket could be theirs: they would read the line, and could pass on what this
 * program proves to another Shipmate.
 */
async function isOwn(folder: string): Promise<boolean> {
  const found = await Promise.all([folder, join(folder, socketName)].map((path) => lstat(path).catch(() => undefined)));
  return found.every((one) => one !== undefined && !one.isSymbolicLink() && [0, process.getuid?.()].includes(one.uid));
}

async function answers(folder: string): Promise<boolean> {
  const path = join(folder, socketName);
  const found = await lstat(path).catch(() => undefined);
  if (!found) return false;
  const short = await openSocketFolder(dirname(path), basename(path));
  try {
    const why = await whyNot(join(short.path, basename(path)));
    if (why === 'EACCES') throw await notForThisAccount(found.gid);
    return why === undefined;
  } finally {
    await short.close();
  }
}

async function notForThisAccount(gid: number): Promise<ForbiddenError> {
  const group = await groupNameOf(gid);
  return new ForbiddenError(
    `Your account \`${ownAccountName()}\` may not use the Shipmate of this machine. Use sudo, or join its group and log ` +
      `in again: sudo usermod --append --groups ${group} ${ownAccountName()}. With a token it needs neither: set ` +
      'SHIPMATE_URL and SHIPMATE_TOKEN.',
  );
}
