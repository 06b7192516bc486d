import type { WebhookConfig } from '../../entities/git-source.ts';
import { gitSourceIdentity } from '../applications/application-environment.ts';
import type { Deps } from '../deps.ts';

/** The application whose secret a registry's deliveries are verified with. */
export interface ImageSource {
  id: string;
  project: { id: string; name: string };
  secret: string;
}

/** Undefined when no application is connected to a registry under this id. */
export async function findImageSource(
  { cipher, database }: Pick<Deps, 'cipher' | 'database'>,
  id: string,
): Promise<ImageSource | undefined> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return undefined;
  const [row] = await database.querySystem<{ project: ImageSource['project']; webhookConfig: WebhookConfig }>(
    `select json_build_object('id', p.id, 'name', p.name) as project, s.webhook_config as "webhookConfig"
     from git_sources s join applications a on a.id = s.application_id join projects p on p.id = a.project_id
     where s.id = $1 and a.type = 'docker' and a.deleted_at is null`,
    [id],
  );
  const secret = row?.webhookConfig.secret;
  if (!row || secret === undefined) return undefined;
  return { id, project: row.project, secret: cipher.decrypt(secret, gitSourceIdentity({ id }, 'secret')) };
}
