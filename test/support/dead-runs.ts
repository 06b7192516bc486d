import { lstat, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { removeServices } from '../../scripts/support/remove-services.ts';
import { removeEmbeddedPostgres } from '../../src/database/embedded.ts';
import { stopRunning } from '../../src/database/postmaster.ts';
import { connectDocker, dockerSwarm } from '../../src/swarm/dockerode.ts';
import { ignoreMissing, statusOf } from '../../src/swarm/engine-errors.ts';
import { ingressEngine } from '../../src/swarm/ingress/ingress-engine.ts';
import { labelKeys } from '../../src/swarm/labels.ts';
import { removeContainer } from '../../src/swarm/remove-container.ts';
import { beginningOfDeadRun, runPrefix, startedBy } from './test-run.ts';

type Docker = ReturnType<typeof connectDocker>;
type Service = Awaited<ReturnType<Docker['listServices']>>[number];
type Template = Extract<NonNullable<NonNullable<Service['Spec']>['TaskTemplate']>, { ContainerSpec?: unknown }>;

/** Whose things are to be removed. */
interface DeadRun {
  folder: string;
  /** Milliseconds since 1970. What is older is not its own. */
  since: number;
}

interface Options {
  /** Where the folders of runs are (default: the folder for temporary files). */
  parent?: string;
  say?: (line: string) => void;
}

/**
 * Removes what killed test runs left: their services, which the Engine starts again with itself and whose health checks slow
 * down every later run, what belongs to those, and their servers and folders. Without an Engine nothing happens, and a later
 * run does it.
 */
export async function removeDeadRuns({ parent = tmpdir(), say = console.error }: Options = {}): Promise<void> {
  for (const run of await deadRuns(parent)) {
    const name = basename(run.folder);
    try {
      const left = await removeRun(run, parent);
      if (left !== undefined) say(`test: removed what the killed run ${name} left: ${left}`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      say(`test: could not remove what the killed run ${name} left, and the next run tries again: ${why}`);
    }
  }
}

async function deadRuns(parent: string): Promise<DeadRun[]> {
  const names = (await readdir(parent)).filter((name) => name.startsWith(runPrefix));
  const runs = names.map(async (name) => {
    const folder = join(parent, name);
    if (!(await isOwn(folder))) return [];
    const since = await beginningOfDeadRun(folder);
    return since === undefined ? [] : [{ folder, since }];
  });
  return (await Promise.all(runs)).flat();
}

/** Others may write to the folder for temporary files, and name in theirs what is not to be removed. */
async function isOwn(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  return found?.isDirectory() === true && found.uid === process.getuid?.();
}

/** @returns what it was; undefined when there was nothing, or there is no Engine to ask. */
async function removeRun(run: DeadRun, parent: string): Promise<string | undefined> {
  const docker = connectDocker(process.env['DOCKER_HOST']);
  const answers = await docker.swarmInspect().then(
    () => true,
    () => false,
  );
  if (!answers) return undefined;
  const onEngine = await removeFromEngine(docker, run);
  const folders = await removeFolders(run, parent);
  await rm(run.folder, { recursive: true, force: true });
  const counts = Object.entries({ ...onEngine, folder: folders }).filter(([, count]) => count > 0);
  return counts.map(([what, count]) => `${count} ${what}${count === 1 ? '' : 's'}`).join(', ') || undefined;
}

async function removeFromEngine(docker: Docker, { folder, since }: DeadRun) {
  const owners = [basename(folder), ...(await startedBy(folder, 'installation'))];
  const ids = await startedBy(folder, 'service');
  const isOurs = (labels: Record<string, string> = {}) => owners.includes(labels[labelKeys.installation] ?? '');
  const services = (await docker.listServices()).filter(({ ID, Spec }) => ids.includes(ID) || isOurs(Spec?.Labels));
  const containers = (await docker.listContainers({ all: true })).filter(({ Labels }) => isOurs(Labels));
  await removeServices(services.map(nameOf));
  for (const { Id } of containers) await removeContainer(docker.getContainer(Id));
  const proxies = ingressEngine(docker);
  for (const service of services.filter(isProxy)) await proxies.remove(nameOf(service));
  for (const name of new Set(services.flatMap(volumesOf))) await removeVolume(docker, name, since);
  for (const id of new Set(services.flatMap(networksOf))) await removeNetwork(docker, id, since);
  return { service: services.length, container: containers.length };
}

function nameOf({ Spec }: Service): string {
  return Spec?.Name ?? '';
}

/** It has configs and volumes of its own. */
function isProxy({ Spec }: Service): boolean {
  return Spec?.Labels?.[labelKeys.gateway] !== undefined || /^shipmate-ingress-\d+$/.test(Spec?.Name ?? '');
}

function templateOf({ Spec }: Service): Template {
  return Spec?.TaskTemplate ?? {};
}

function volumesOf(service: Service): string[] {
  const mounts = templateOf(service).ContainerSpec?.Mounts ?? [];
  return mounts.flatMap(({ ReadOnly, Source, Type }) => (Type === 'volume' && !ReadOnly && Source ? [Source] : []));
}

function networksOf(service: Service): string[] {
  return (templateOf(service).Networks ?? []).flatMap(({ Target }) => Target ?? []);
}

async function removeVolume(docker: Docker, name: string, since: number): Promise<void> {
  const volume = docker.getVolume(name);
  const found = (await volume.inspect().catch(ignoreMissing)) as { CreatedAt?: string } | undefined;
  if (!isSince(found?.CreatedAt, since)) return;
  await volume.remove().catch((error: unknown) => {
    // Somebody uses it.
    if (statusOf(error) !== 409) ignoreMissing(error);
  });
}

async function removeNetwork(docker: Docker, id: string, since: number): Promise<void> {
  const found = (await docker.getNetwork(id).inspect().catch(ignoreMissing)) as { Created?: string } | undefined;
  if (isSince(found?.Created, since)) await dockerSwarm(docker, { contextLimitBytes: 0 }).removeNetwork(id);
}

/** The Engine tells some times in whole seconds. */
function isSince(time: string | undefined, since: number): boolean {
  return time !== undefined && Date.parse(time) + 1_000 > since;
}

/** Ends the PostgreSQL in a folder first, if one still runs there. */
async function removeFolders({ folder }: DeadRun, parent: string): Promise<number> {
  let removed = 0;
  for (const path of await startedBy(folder, 'folder')) {
    const isBeside = (await realpath(dirname(path)).catch(() => '')) === (await realpath(parent));
    if (!isBeside || !basename(path).startsWith('shipmate-') || !(await isOwn(path))) continue;
    await stopRunning({ data: join(path, 'postgres', 'cluster') });
    await removeEmbeddedPostgres(path);
    await rm(path, { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}
