import { createHash } from 'node:crypto';
import type { Application } from '../../entities/application.ts';
import type { SourceConfig } from '../../entities/application-config.ts';
import { UsageError } from '../../errors.ts';

type Source = Pick<Application, 'sourceConfig'>;

/** The built-in template that an application runs; undefined for one of a repository, also once one is connected. */
export function templateOf({ sourceConfig }: Source): SourceConfig['template'] {
  return sourceConfig.clone_url === undefined ? sourceConfig.template : undefined;
}

/** What stands for a commit: the digest of the compose file, so that the same text is the same version. */
export function templateCommit({ text }: NonNullable<SourceConfig['template']>): string {
  return createHash('sha1').update(text).digest('hex');
}

/** @throws {UsageError} when another version is asked for than the one there is. */
export function requireTemplateVersion(
  name: string,
  template: NonNullable<SourceConfig['template']>,
  ref: string | undefined,
): string {
  const commit = templateCommit(template);
  if (ref === undefined || (ref.length >= 7 && commit.startsWith(ref))) return commit;
  throw new UsageError(
    `\`${name}\` runs the template \`${template.name}\`, which has no branches. Choose another version of its image with ` +
      `\`env set ${name} VERSION=…\`, then \`redeploy ${name}\`.`,
  );
}
