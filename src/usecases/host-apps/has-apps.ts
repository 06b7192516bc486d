import { HostApp } from '../../entities/host-app.ts';
import type { Deps } from '../deps.ts';

/** Whether there is an app, whose repositories can be picked from a list. */
export async function hasApps({ database }: Pick<Deps, 'database'>): Promise<boolean> {
  return (await database.asSystem().count(HostApp)) > 0;
}
