import { executeSql, type EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import type { User } from '../../entities/user.ts';
import { ConflictError } from '../../errors.ts';
import { type Intent, requireProjectAccess } from '../access/project-access.ts';
import { mostNamed, qualifiedName, readQualifiedName, requireOne } from '../qualified-name.ts';

/** The application's full name, e.g. `shop/api`. Its project has to be loaded. */
export function applicationName(application: Application): string {
  return qualifiedName(application);
}

/**
 * Finds `project/app`, or `app` when only one project has it, among the applications visible to `em`, without
 * archived ones. Its project is loaded.
 * With `access`, also checks the person's role in the project's team; who wants to change something finds previews only
 * with `previews`.
 * @throws {NotFoundError} with the nearest name; {UsageError} when the name is ambiguous.
 */
export async function findApplication(
  em: EntityManager,
  name: string,
  access?: { user: User; intent: Intent; previews?: true },
): Promise<Application> {
  const wanted = readQualifiedName(name);
  const populate = ['project'] as const;
  const found = wanted
    ? await em.find(Application, { ...wanted, deletedAt: null }, { populate, limit: mostNamed + 1 })
    : [];
  const application = await requireOne(name, found, {
    noun: 'application',
    list: 'app list',
    visible: () => listNames(em, 1_000),
  });
  if (access) {
    await requireProjectAccess(em, application.project, access.user, access.intent);
    if (access.intent !== 'read' && !access.previews) requireNoPreview(application);
  }
  return application;
}

/**
 * What a preview runs and has is decided by its request and its application: else a fork's commit could get secrets, or
 * run without approval.
 * @throws {ConflictError}
 */
function requireNoPreview({ name, project, sourceConfig }: Application): void {
  if (!sourceConfig.preview) return;
  const { number, of } = sourceConfig.preview;
  const parent = `${project.name}/${of}`;
  throw new ConflictError(
    `\`${project.name}/${name}\` is a preview and follows its request. To deploy it again: ` +
      `\`preview open ${parent} ${number}\`. To remove it: \`preview close ${parent} ${number}\`.`,
  );
}

/** Names of at most `most` visible applications, without archived ones, for suggestions. */
export async function listNames(
  em: EntityManager,
  most: number,
): Promise<{ name: string; project: { name: string } }[]> {
  const { rows } = await executeSql<{ name: string; project: string }>(
    em,
    `select a.name, p.name as project from applications a join projects p on p.id = a.project_id
     where a.deleted_at is null and a.preview_of_id is null limit $1`,
    [most],
  );
  return rows.map(({ name, project }) => ({ name, project: { name: project } }));
}
