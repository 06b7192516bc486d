import { executeSql } from '../../database/database.ts';
import type { Database } from '../../database/database.ts';
import type { Installation } from '../../database/installation.ts';
import { UserError } from '../../errors.ts';
import { labelKeys } from '../../swarm/labels.ts';
import type { ServiceStatus, Swarm } from '../../swarm/swarm.ts';

/** Names in a sentence. */
const shown = 3;

/**
 * A Shipmate that was restored beside the one that the backup is of would change that one's services. Looked at before
 * it does anything.
 * @throws {UserError} when Docker runs services of its applications that it did not make itself.
 * @throws {UnavailableError} when Docker does not answer.
 */
export async function requireOwnServices(
  { id, restoredFrom }: Installation,
  database: Database,
  swarm: Pick<Swarm, 'list'>,
): Promise<void> {
  if (restoredFrom === undefined) return;
  const { rows } = await executeSql<{ id: string }>(
    database.asSystem(),
    'select id from applications union all select id from databases',
  );
  const known = new Set(rows.map((row) => row.id));
  const others = (await swarm.list()).filter((service) => isKnown(service, known) && !isOf(service, id));
  if (others.length === 0) return;
  const names = others.slice(0, shown).map(({ name }) => `\`${name}\``);
  const more = others.length > shown ? ` and ${others.length - shown} more` : '';
  throw new UserError(
    `This Shipmate was restored from a backup, and Docker runs services of the one that the backup is of: ` +
      `${names.join(', ')}${more}. If that one is gone for good, run \`shipmate restore-self --adopt\`, then start. To ` +
      'try a backup beside it, give this one another Docker Engine (DOCKER_HOST).',
  );
}

function isKnown({ labels }: ServiceStatus, known: ReadonlySet<string>): boolean {
  return [labels[labelKeys.application], labels[labelKeys.database]].some((id) => id !== undefined && known.has(id));
}

/** Services of earlier versions say nothing of it. */
function isOf({ labels }: ServiceStatus, installation: string): boolean {
  return labels[labelKeys.installation] === installation;
}
