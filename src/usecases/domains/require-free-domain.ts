import type { Config } from '../../config.ts';
import { executeSql, type EntityManager } from '../../database/database.ts';
import type { Project } from '../../entities/project.ts';
import { ConflictError } from '../../errors.ts';
import { coverageOf } from '../../ingress/ingress.ts';

/**
 * Requires that the host name is not taken, directly or by a wildcard, nor reserved by Shipmate, and keeps it free for
 * the caller until the transaction ends.
 * @throws {ConflictError} without naming projects that the person may not see.
 */
export async function requireFreeDomain(
  em: EntityManager,
  config: Pick<Config, 'baseDomain' | 'publicUrl'>,
  domain: string,
  project: Project,
): Promise<void> {
  requireUnreserved(config, domain, project);
  await executeSql(em, `select pg_advisory_xact_lock(hashtext('domains'))`);
  const { rows } = await executeSql<{ taken: boolean }>(em, 'select app_domain_is_taken($1, $2) as taken', [
    domain,
    project.id,
  ]);
  if (rows[0]?.taken) {
    throw new ConflictError(
      `\`${domain}\` is already in use on this Shipmate, perhaps in a project you do not see or covered by a \`*\` domain. ` +
        '`domain list` shows those you see; its owner can `domain remove` it.',
    );
  }
}

/** `<app>.<project>.<base domain>` is reserved for applications, future ones included. */
function requireUnreserved(
  { baseDomain, publicUrl }: Pick<Config, 'baseDomain' | 'publicUrl'>,
  domain: string,
  project: Project,
): void {
  const own = new URL(publicUrl).hostname;
  if (coverageOf([domain])(own)) {
    const what = domain === own ? 'is' : `covers \`${own}\`,`;
    throw new ConflictError(`\`${domain}\` ${what} the address of Shipmate itself. Choose another.`);
  }
  if (domain === `*.${baseDomain}`) {
    throw new ConflictError(
      `\`${domain}\` covers names of every project below \`${baseDomain}\`. Choose a single name, or a domain of your own.`,
    );
  }
  if (!domain.endsWith(`.${baseDomain}`)) return;
  const below = domain.slice(0, -baseDomain.length - 1).split('.');
  if (below.length !== 2 || below[1] === project.name) return;
  throw new ConflictError(
    `\`${domain}\` is reserved for the applications of a project \`${below[1] ?? ''}\`: each answers at ` +
      `\`<app>.<project>.${baseDomain}\`. Choose another.`,
  );
}
