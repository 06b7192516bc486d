import type { EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import type { User } from '../../entities/user.ts';
import { Volume, type VolumeType } from '../../entities/volume.ts';
import { ConflictError, ForbiddenError, NotFoundError, UsageError } from '../../errors.ts';
import { volumeName } from '../../swarm/names.ts';
import { servicesOf } from './application-services.ts';
import { recordAudit } from '../record-audit.ts';
import { didYouMean } from '../../closest-name.ts';
import type { Deps } from '../deps.ts';
import { applicationName, findApplication } from './find-application.ts';
import { lockApplicationRow } from './lock-application-row.ts';
import { actor, type Origin } from '../origin.ts';
import { requireProjectAccess } from '../access/project-access.ts';
import { quoted } from '../../quoted.ts';

export interface VolumeRequest {
  user: User;
  origin: Origin;
  /** Name of the volume. */
  name: string;
}

export interface NewVolume extends VolumeRequest {
  application: string;
  mountPath: string;
  type: VolumeType;
  sizeGb: number;
  /** Of an `nfs` volume. */
  server?: string | undefined;
  path?: string | undefined;
  /** Volume plugin of an `s3` volume. */
  driver?: string | undefined;
}

/**
 * Gives an application a volume; it is mounted at the next deployment.
 * @throws {UsageError} when the request is invalid; {ConflictError} when its name or path is taken.
 */
export async function createVolume(deps: Deps, request: NewVolume): Promise<Volume> {
  const { name, type, sizeGb } = request;
  requireVolumeName(name);
  const mountPath = requireMountPath(request.mountPath);
  const options = optionsOf(request);
  const access = { user: request.user, intent: 'change' } as const;
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const application = await findApplication(em, request.application, access);
    if (await isTaken(deps, name)) {
      throw new ConflictError(
        `The volume name \`${name}\` is taken; names are unique across the Swarm. Choose another.`,
      );
    }
    if (application.type === 'compose') {
      throw new ConflictError(`The volumes of \`${applicationName(application)}\` come from its compose file.`);
    }
    await lockApplicationRow(em, application);
    const other = await em.findOne(Volume, { application, mountPath });
    if (other)
      throw new ConflictError(`\`${other.name}\` is already mounted at \`${mountPath}\`. Choose another path.`);
    const volume = em.create(Volume, { name, mountPath, type, sizeGb, options, application });
    await em.flush();
    await recordVolume(em, request, 'application.volume_create', application, {
      volume: name,
      after: { mount_path: mountPath, type, size_gb: sizeGb, ...options },
    });
    return volume;
  });
}

/** Volumes that the person sees, by name; of one application when it is named. */
export async function listVolumes(
  deps: Pick<Deps, 'database'>,
  user: User,
  application?: string,
): Promise<{ volume: Volume; application: string | undefined }[]> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const of = application === undefined ? {} : { application: await findApplication(em, application) };
    const volumes = await em.find(Volume, of, {
      populate: ['application.project'],
      orderBy: { name: 'asc' },
      limit: 1_000,
    });
    return volumes.map((volume) => ({
      volume,
      application: volume.application ? applicationName(volume.application) : undefined,
    }));
  });
}

export interface Removed {
  /** `project/app` that had it. */
  application: string;
  /** The Docker volume that holds the data. */
  dockerVolume: string;
}

/**
 * Removes a volume from its application at the next deployment. Keeps its data unless `data`.
 * @throws {ConflictError} when its data cannot be deleted yet; nothing is changed then.
 */
export async function removeVolume(deps: Deps, request: VolumeRequest & { data: boolean }): Promise<Removed> {
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const { application, volume } = await lockVolume(em, request);
    const dockerVolume = volumeName(volume, application.id);
    if (request.data) {
      await requireNoService(deps, application, dockerVolume);
      await requireReach(deps, volume, dockerVolume);
    }
    if ((await em.nativeDelete(Volume, { id: volume.id })) === 0) {
      throw new ForbiddenError(`Only those who manage \`${application.project.name}\` can remove its volumes.`);
    }
    await recordVolume(em, request, 'application.volume_remove', application, {
      volume: volume.name,
      data: request.data ? 'deleted' : 'kept',
      before: { mount_path: volume.mountPath, type: volume.type, size_gb: volume.sizeGb, ...volume.options },
    });
    // Last: when the Engine refuses, the transaction rolls back and the row stays.
    if (request.data) await deps.swarm.removeVolume(dockerVolume);
    return { application: applicationName(application), dockerVolume };
  });
}

/** The Engine can only delete volumes on its own node. */
async function requireReach({ swarm }: Deps, { name, nodeId, nodeName }: Volume, dockerVolume: string): Promise<void> {
  if (!nodeId || (await swarm.nodes()).some(({ id, own }) => own && id === nodeId)) return;
  throw new ConflictError(
    `The data of \`${name}\` is on node \`${nodeName ?? nodeId}\`, where Shipmate does not run. Remove the volume without ` +
      `\`--data\`, and then delete the data there: \`docker volume rm ${dockerVolume}\`.`,
  );
}

/** A service without tasks mounts it again when it is started. */
async function requireNoService(deps: Deps, application: Application, dockerVolume: string): Promise<void> {
  if ((await servicesOf(deps, application)).length === 0) return;
  const name = applicationName(application);
  throw new ConflictError(
    `\`${name}\` still mounts this volume. Remove it without \`--data\`, \`redeploy ${name}\`, ` +
      `and then delete the data: \`docker volume rm ${dockerVolume}\`.`,
  );
}

/**
 * A volume that the person manages; locks its application's row until the transaction ends.
 * @throws {NotFoundError}; {ConflictError} when it belongs to a database.
 */
export async function lockVolume(
  em: EntityManager,
  { name, user }: VolumeRequest,
): Promise<{ volume: Volume; application: Application }> {
  const volume = await findVolume(em, name);
  const { application } = volume;
  if (!application) throw new ConflictError(`\`${volume.name}\` belongs to a database, which manages it.`);
  await requireProjectAccess(em, application.project, user, 'manage');
  await lockApplicationRow(em, application);
  return { volume, application };
}

/** With its application. @throws {NotFoundError} */
async function findVolume(em: EntityManager, name: string): Promise<Volume> {
  const volume = await em.findOne(
    Volume,
    { name },
    { populate: ['application.project.owner', 'application.project.team'] },
  );
  if (volume) return volume;
  const names = (await em.find(Volume, {}, { limit: 1_000 })).map((one) => one.name);
  const hint = didYouMean(name, names, '`volume list` shows those you see.');
  throw new NotFoundError(`There is no volume ${quoted(name)}. ${hint}`);
}

/** Checked as the system: a volume that the person cannot see takes the name too. */
async function isTaken(deps: Deps, name: string): Promise<boolean> {
  return deps.database.asSystem().transactional(async (em) => (await em.count(Volume, { name })) > 0);
}

export async function recordVolume(
  em: EntityManager,
  { user, origin }: VolumeRequest,
  action: string,
  application: Application,
  details: Record<string, unknown>,
): Promise<void> {
  await recordAudit(em, {
    ...actor(user, origin),
    action,
    resourceType: 'application',
    resourceId: application.id,
    details: { kind: 'volume', application: applicationName(application), ...details },
  });
}

function optionsOf({ type, server, path, driver }: NewVolume): Record<string, string> {
  if (type === 'nfs') {
    if (server && path && /^[\w.:-]+$/.test(server) && /^\/[^\s,]*$/.test(path)) return { server, path };
    throw new UsageError(
      'An `nfs` volume needs a server and an export: `--server files.example.com --export /exports/shop`.',
    );
  }
  if (server || path) throw new UsageError('`--server` and `--export` apply to `--type nfs` only.');
  if (type === 's3') {
    if (driver && driver !== 'local' && /^[\w./:-]+$/.test(driver)) return { driver };
    throw new UsageError('An `s3` volume needs a volume plugin installed on every node: `--driver <plugin>`.');
  }
  if (driver) throw new UsageError('`--driver` applies to `--type s3` only.');
  return {};
}

/** @see https://pkg.go.dev/github.com/docker/docker/daemon/names */
function requireVolumeName(name: string): void {
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name) && name.length <= 255) return;
  throw new UsageError(
    `${quoted(name)} cannot name a volume: use 2 to 255 letters, digits, \`_\`, \`.\` and \`-\`, e.g. \`shop-uploads\`.`,
  );
}

/** Without a slash at its end: `/data` and `/data/` are the same place. */
function requireMountPath(given: string): string {
  const path = given.replace(/\/+$/, '');
  const clean = /^\/[^\0,:]+$/.test(path) && !path.split('/').some((part) => part === '..' || part === '.');
  if (!clean || path.length > 500 || path.includes('//')) {
    throw new UsageError(
      `${quoted(given)} is not a valid mount path. Use an absolute path below \`/\`, e.g. \`/data\`.`,
    );
  }
  if (/^\/(proc|sys|dev|run\/secrets)(\/|$)/.test(path)) {
    throw new UsageError(
      `${quoted(given)} belongs to the system. Use a path of the application's own, e.g. \`/data\`.`,
    );
  }
  return path;
}
