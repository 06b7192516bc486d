import type { EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import type { DockerConfig, SourceConfig } from '../../entities/application-config.ts';
import type { Preview } from '../../entities/preview.ts';
import { ConflictError } from '../../errors.ts';
import { isFromOutside } from './preview-trust.ts';

/** As long as a label of a host name may be. */
const mostName = 63;

/** `42-api`, for the host name `42-api.shop.example.com`. */
export function variantName({ application, number }: Pick<Preview, 'application' | 'number'>): string {
  return `${number}-${application.name}`.slice(0, mostName).replace(/-+$/, '');
}

/**
 * The application that runs a preview, with the settings that its application has now.
 * @returns it, and whether it has just been made or brought back, so that nothing of it runs.
 * @throws {ConflictError} when another application has its name.
 */
export async function ensureVariant(
  em: EntityManager,
  preview: Preview,
): Promise<{ variant: Application; isNew: boolean }> {
  const { application } = preview;
  const settings = settingsOf(preview);
  const before = preview.variant ?? null;
  if (before && !before.deletedAt) {
    em.assign(before, settings);
    await em.flush();
    return { variant: before, isNew: false };
  }
  const name = variantName(preview);
  const { id: project } = application.project;
  if ((await em.count(Application, { project, name, deletedAt: null })) > 0) {
    throw new ConflictError(`another application is named \`${application.project.name}/${name}\``);
  }
  if (before) em.assign(before, { ...settings, deletedAt: null, status: 'stopped' });
  const variant =
    before ??
    em.create(Application, {
      project: application.project,
      previewOf: application,
      name,
      type: application.type,
      sourceType: application.sourceType,
      ...settings,
    });
  preview.variant = variant;
  await em.flush();
  return { variant, isNew: true };
}

function settingsOf(preview: Preview): Pick<Application, 'sourceConfig' | 'dockerConfig' | 'replicas'> {
  const { application } = preview;
  return {
    sourceConfig: sourceOf(preview),
    dockerConfig: dockerOf(application.dockerConfig),
    replicas: Math.min(1, application.replicas),
  };
}

/** What decides about pushes does not count, and nothing reaches beyond the preview's own containers. */
function sourceOf(preview: Preview): SourceConfig {
  const { application, branch, cloneUrl, number } = preview;
  const {
    tags: _tags,
    poll: _poll,
    watch_paths: _watch,
    protected: _protected,
    checks: _checks,
    checks_timeout: _timeout,
    previews: _previews,
    previews_max: _max,
    previews_ttl: _ttl,
    previews_from: _from,
    previews_env: _env,
    previews_database: _database,
    compose_host_ports: _ports,
    compose_grants: grants = [],
    ...kept
  } = application.sourceConfig;
  const outside = isFromOutside(preview);
  const granted = outside ? [] : grants.filter((grant) => !/^(path|volume):/.test(grant));
  return {
    ...kept,
    branch,
    ...(granted.length > 0 && { compose_grants: granted }),
    ...(cloneUrl && { clone_url: cloneUrl }),
    preview: { of: application.name, number, outside, ...(cloneUrl && { fork: true as const }) },
  };
}

function dockerOf({ ports, service_replicas: _replicas, ...kept }: DockerConfig): DockerConfig {
  return { ...kept, ...(ports && { ports: ports.map(({ host: _host, ...port }) => port) }) };
}
