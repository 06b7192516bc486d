import { isAbsolute, relative } from 'node:path/posix';
import { ComposeError } from '../../../compose/parse.ts';
import type { ComposeStack } from '../../../compose/parse.ts';
import type { Config } from '../../../config.ts';
import type { Application } from '../../../entities/application.ts';

/** Capabilities with which a container controls its node. */
const escaping = new Set(
  ['ALL', 'SYS_ADMIN', 'SYS_MODULE', 'SYS_RAWIO', 'DAC_READ_SEARCH', 'SYS_BOOT', 'BPF'].map((one) => `cap:${one}`),
);

/**
 * Anyone who may push can change the compose file, so what reaches beyond a container needs an admin's permission, and a
 * path of the nodes also the operator's.
 * @throws {ComposeError} with every need that is not allowed, and the command that allows it.
 */
export function requireGrants(
  file: string,
  { needs }: Pick<ComposeStack, 'needs'>,
  { name, project, sourceConfig: { compose_grants: granted = [] } }: Application,
  { hostPaths }: Pick<Config, 'hostPaths'>,
): void {
  const missing = [...new Set(needs.map(({ grant }) => grant).filter((grant) => !granted.includes(grant)))];
  const all = [...granted, ...missing].join(',');
  const problems = needs.flatMap(({ grant, service, ...place }) => {
    const path = /^path:(.*)$/s.exec(grant)?.[1];
    if (path !== undefined && !hostPaths.some((allowed) => isWithin(path, allowed))) {
      const text =
        `services.${service} mounts \`${path}\` of the node, which the operator of Shipmate must allow: ` +
        `\`SHIPMATE_HOST_PATHS\`. Use a named volume for data`;
      return [{ ...place, text }];
    }
    if (escaping.has(grant) && !hostPaths.includes('/')) {
      const text =
        `services.${service} needs \`${grant}\`, which gives control over the node, so the operator of Shipmate must ` +
        'allow the whole node: `SHIPMATE_HOST_PATHS=/`';
      return [{ ...place, text }];
    }
    if (granted.includes(grant)) return [];
    const text =
      `services.${service} needs \`${grant}\`, which an admin must allow: ` +
      `\`app set ${project.name}/${name} grants=${all}\``;
    return [{ ...place, text }];
  });
  if (problems.length > 0) throw new ComposeError(file, problems);
}

/** Both are absolute and have no `..`. */
function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (!isAbsolute(way) && way !== '..' && !way.startsWith('../'));
}
