import { executeSql } from '../../database/database.ts';
import { makeKeyPair } from '../../git/key-pair.ts';
import { isSsh, keyTitle } from '../applications/deploy-key.ts';
import { applicationName } from '../applications/find-application.ts';
import { encryptWebhookConfig } from '../applications/git-source-secrets.ts';
import { openGitHostApi } from '../commit-statuses/git-host-token.ts';
import type { Deps } from '../deps.ts';
import type { PlacedSource } from './webhook-place.ts';

/** Makes the deploy key of a source that has lost its own, e.g. since it was archived. @throws {GitHostError} */
export async function renewDeployKey(deps: Deps, { application, source }: PlacedSource): Promise<boolean> {
  const url = application.sourceConfig.clone_url ?? '';
  const api = openGitHostApi(deps, application, source);
  if (!isSsh(url) || !api || source.webhookConfig.ssh_key) return false;
  const { privateKey, publicKey } = makeKeyPair();
  const title = keyTitle(applicationName(application));
  const deployKeyId = await api.addDeployKey(source.repository, { title, key: publicKey });
  const sealed = encryptWebhookConfig(deps, source, { sshKey: privateKey });
  await executeSql(
    deps.database.asSystem(),
    'update git_sources set deploy_key_id = $2, webhook_config = webhook_config || $3::jsonb where id = $1',
    [source.id, deployKeyId, JSON.stringify(sealed)],
  );
  return true;
}
