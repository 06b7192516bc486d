import type { ImageRegistry } from '../entities/image-registry.ts';
import { imageWebhooks } from '../git-hosts/images/registry.ts';
import { applicationName } from '../usecases/applications/find-application.ts';
import { type ConnectedRegistry, imageWebhookUrl } from '../usecases/applications/connect-registry.ts';
import type { Deps } from '../usecases/deps.ts';
import type { Reply } from './reply.ts';

/** What to paste at the registry. The secret can be read only here. */
export function registryReply(registry: ImageRegistry, { application, secret, url }: ConnectedRegistry): Reply {
  const { secretInUrl, steps, title } = imageWebhooks[registry];
  const name = applicationName(application);
  const tags = application.sourceConfig.tags
    ? 'whose tags match `tags`'
    : `with the tag of its image; for others: \`app set ${name} tags=v*\``;
  return {
    tone: 'success',
    private: true,
    title: `\`${name}\` is connected to ${title}`,
    text:
      `Each pushed \`${application.sourceConfig.image?.replace(/@.*$/, '').replace(/:[^/:]+$/, '') ?? ''}\` is deployed ${tags}. ` +
      `Add a webhook: ${steps}\nThe secret is not shown again; the same command makes a new one.`,
    code: secretInUrl ? `URL     ${url}` : `URL     ${url}\nSecret  ${secret}`,
    data: { id: application.id, application: name, webhook: { url, secret } },
  };
}

/** Where the registry sends to, and how to set that up; never the secret. */
export function imageWebhookText(deps: Pick<Deps, 'config'>, registry: ImageRegistry, sourceId: string): string {
  const { secretInUrl, steps, title } = imageWebhooks[registry];
  return `${title}: ${imageWebhookUrl(deps, registry, sourceId)}${secretInUrl ? '/<secret>' : ''}\n${steps}`;
}
