import type { EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import { Deployment, unfinishedStatuses } from '../../entities/deployment.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import type { Project } from '../../entities/project.ts';
import { Volume } from '../../entities/volume.ts';
import { ConflictError } from '../../errors.ts';
import { allOf } from '../../word-lists.ts';

/** What keeps a project from being deleted; names are full. */
export interface ProjectContents {
  /** In service. */
  applications: string[];
  databases: string[];
  /** Volumes of archived applications. */
  volumes: { name: string; application: string }[];
}

/** As many names as fit in a sentence. */
const mostNames = 10;

/** @throws {ConflictError} while previews are being removed. */
export async function readContents(em: EntityManager, project: Project): Promise<ProjectContents> {
  const orderBy = { name: 'asc' } as const;
  const applications = await em.find(Application, { project, deletedAt: null }, { orderBy });
  const databases = await em.find(ManagedDatabase, { project }, { orderBy });
  const volumes = await em.find(Volume, { application: { project } }, { populate: ['application'], orderBy });
  if (applications.some(({ previewOf }) => previewOf) || databases.some(({ variant }) => variant)) {
    const inService = applications.some(({ previewOf }) => !previewOf);
    if (!inService)
      throw new ConflictError(`Previews of \`${project.name}\` are being removed. Try again in a minute.`);
  }
  const named = ({ name }: { name: string }) => `${project.name}/${name}`;
  return {
    applications: applications.filter(({ previewOf }) => !previewOf).map(named),
    databases: databases.filter(({ variant }) => !variant).map(named),
    volumes: volumes.flatMap(({ application, name }) =>
      application?.deletedAt ? [{ name, application: named(application) }] : [],
    ),
  };
}

/** Everything at once, and how to be rid of it. @throws {ConflictError} unless there is nothing. */
export function requireEmpty({ name }: Project, { applications, databases, volumes }: ProjectContents): void {
  const parts = [
    { found: applications, what: 'applications', step: '`app archive`' },
    { found: databases, what: 'databases', step: '`db delete`' },
    { found: volumes.map((volume) => volume.name), what: 'volumes of archived applications', step: '`volume remove`' },
  ].filter(({ found }) => found.length > 0);
  if (parts.length === 0) return;
  const has = parts.map(({ found, step, what }) => `- ${what}: ${shortened(found)} (${step})`).join('\n');
  throw new ConflictError(
    `\`${name}\` still has\n${has}\n` +
      `To delete all of it with its data and backups, for good: \`project delete ${name} --all\`.`,
  );
}

/** Before anything of it is deleted. @throws {ConflictError} */
export async function requireNothingInProgress(em: EntityManager, project: Project): Promise<void> {
  const unfinished = { application: { project, previewOf: null }, status: { $in: [...unfinishedStatuses] } };
  const deployments = await em.find(Deployment, unfinished, { populate: ['application'], limit: mostNames });
  if (deployments.length === 0) return;
  const names = [...new Set(deployments.map(({ application }) => `${project.name}/${application.name}`))];
  throw new ConflictError(
    `Deployments of ${allOf(names)} are in progress. Wait for them, or \`cancel ${names[0] ?? ''}\`. Nothing was deleted.`,
  );
}

function shortened(names: string[]): string {
  const more = names.length - mostNames;
  return more > 0 ? `${allOf(names.slice(0, mostNames))} and ${more} more` : allOf(names);
}
