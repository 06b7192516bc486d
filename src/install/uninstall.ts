import { existsSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseEnv } from 'node:util';
import { reachable } from '../../bin/setup/engine.mjs';
import { connectDocker } from '../swarm/dockerode.ts';
import { hasOwnService, removeOwnService } from '../swarm/own/own-service.ts';
import { findManaged, type Managed, removeManaged } from '../swarm/remove-managed.ts';
import { readOptional } from './environment-file.ts';
import { readUninstallOptions } from './options.ts';
import { foldersOutside } from './own-folders.ts';
import { account, places, unitName } from './places.ts';
import { mustRun, succeeds } from './programs.ts';
import { type Added, readRecord } from './record.ts';
import { requireRoot } from './require-root.ts';
import { hasSystemd, reloadUnits } from './service.ts';
import { type Step, takeSteps } from './steps.ts';

/**
 * `shipmate uninstall`: takes the service from the machine, and names what it leaves; `--purge` removes that as well, the
 * applications and their data included.
 */
export async function uninstall(args: string[], say: (line: string) => void): Promise<void> {
  const { dryRun, purge } = readUninstallOptions(args);
  requireRoot('uninstall');
  const added = await readRecord();
  const folders = Object.values(foldersOutside(parseEnv((await readOptional(places.environment)) ?? '')));
  const hasEngine = (await reachable()) === 'yes';
  const docker = connectDocker(process.env['DOCKER_HOST']);
  const found = hasEngine ? await findManaged(docker) : [];
  const onSwarm: Step = {
    does: 'remove the service shipmate of the swarm',
    isDone: async () => !hasEngine || !(await hasOwnService(docker)),
    run: () => removeOwnService(docker),
  };
  const purged = purge ? [engineStep(found), ...dataSteps()] : [];
  const any = await takeSteps([...serviceSteps(), onSwarm, ...purged, ...programSteps()], { dryRun, say });
  if (!any) say('Shipmate is not installed here.');
  if (dryRun) return say('Nothing was changed.');
  for (const line of leftBehind(added, purge ? [] : found, folders)) say(line);
}

function serviceSteps(): Step[] {
  return [
    {
      does: 'stop and disable the service (systemctl disable --now shipmate)',
      isDone: () => !existsSync(places.unit),
      run: () => mustRun('systemctl', ['disable', '--quiet', ...(hasSystemd() ? ['--now'] : []), unitName]),
    },
    {
      does: `remove ${places.unit}`,
      isDone: () => !existsSync(places.unit),
      async run() {
        await rm(places.unit);
        reloadUnits();
      },
    },
  ];
}

function programSteps(): Step[] {
  return [places.command, places.program, places.cache].map(removal);
}

/** Applications and databases would otherwise go on without Shipmate. */
function engineStep(found: readonly Managed[]): Step {
  return {
    does: `remove from the Docker Engine: ${countsOf(found)}`,
    isDone: () => found.length === 0,
    run: () => removeManaged(found),
  };
}

/** E.g. `2 services, 1 volume`. */
function countsOf(found: readonly Managed[]): string {
  const counts = Map.groupBy(found, ({ kind }) => kind);
  return [...counts].map(([kind, { length }]) => `${length} ${kind}${length === 1 ? '' : 's'}`).join(', ');
}

function dataSteps(): Step[] {
  return [
    removal(places.data),
    removal(places.settings),
    {
      does: `remove the system user ${account}`,
      isDone: () => !succeeds('id', account),
      run: () => mustRun('userdel', [account]),
    },
  ];
}

function removal(path: string): Step {
  return {
    does: `remove ${path}`,
    isDone: () => !existsSync(path),
    async run() {
      await rm(path, { recursive: true });
      // A folder that is empty now was there for this one.
      if (path === places.data) await rmdir(dirname(path)).catch(() => undefined);
    },
  };
}

/** What stays on the machine, with how to remove it. */
function leftBehind({ packages, swarm }: Added, found: readonly Managed[], folders: readonly string[]): string[] {
  const kept = [places.data, places.settings].filter((path) => existsSync(path));
  return [
    ...(kept.length > 0
      ? [`Left: ${kept.join(' and ')} (database, key, variables) and the user ${account}, for another installation.`]
      : []),
    ...(found.length > 0 ? [`Left at the Docker Engine, and running: ${countsOf(found)}.`] : []),
    ...(kept.length > 0 || found.length > 0 ? ['`uninstall --purge` removes these, with all data.'] : []),
    ...folders.filter((folder) => existsSync(folder)).map((folder) => `Left: ${folder}, which its variables named.`),
    ...(swarm ? ['Left: the swarm that the installation made. To end it: docker swarm leave --force'] : []),
    ...(packages.length > 0
      ? [
          `Left: packages that the installation brought. To remove them: apt-get purge --autoremove ${packages.join(' ')}`,
        ]
      : []),
  ];
}
