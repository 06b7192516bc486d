import { randomUUID } from 'node:crypto';
import type { Application } from '../../entities/application.ts';
import { GitSource } from '../../entities/git-source.ts';
import type { ImageRegistry } from '../../entities/image-registry.ts';
import type { User } from '../../entities/user.ts';
import { UsageError } from '../../errors.ts';
import { splitReference } from '../../git-hosts/images/pushed-image.ts';
import { imageWebhooks } from '../../git-hosts/images/registry.ts';
import { makeTextSecret } from '../../git-hosts/signatures.ts';
import type { Deps } from '../deps.ts';
import { actor, type Origin } from '../origin.ts';
import { recordAudit } from '../record-audit.ts';
import { findApplication } from './find-application.ts';
import { encryptWebhookConfig } from './git-source-secrets.ts';
import { lockApplicationRow } from './lock-application-row.ts';

export interface ConnectedRegistry {
  application: Application;
  /** Where the registry sends to; it ends with the secret for a registry that signs nothing. */
  url: string;
  /** Shown only once. */
  secret: string;
}

/**
 * Makes the webhook secret of an application that runs an image, and the address that its registry sends pushes to. The secret
 * that was made before is no longer taken.
 * @throws {UsageError} when the application is built from a repository.
 */
export async function connectRegistry(
  deps: Deps,
  request: { user: User; application: string; registry: ImageRegistry; origin: Origin },
): Promise<ConnectedRegistry> {
  const { registry, user } = request;
  return deps.database.asUser(user.id).transactional(async (em) => {
    const application = await findApplication(em, request.application, { user, intent: 'manage' });
    await lockApplicationRow(em, application);
    const image = splitReference(application.sourceConfig.image ?? '');
    if (application.type !== 'docker' || !image) {
      throw new UsageError('`--registry` is for applications that run an image; this one is built from a repository.');
    }
    const existing = await em.findOne(GitSource, { application });
    const id = existing?.id ?? randomUUID();
    const secret = makeTextSecret();
    const values = { repository: image.repository, webhookConfig: encryptWebhookConfig(deps, { id }, { secret }) };
    if (existing) em.assign(existing, values);
    else em.create(GitSource, { id, application, provider: null, branch: '', ...values });
    application.sourceConfig = { ...application.sourceConfig, image_registry: registry };
    await em.flush();
    await recordAudit(em, {
      ...actor(user, request.origin),
      action: 'application.connect',
      resourceType: 'application',
      resourceId: application.id,
      details: { kind: 'image', registry, repository: image.repository },
    });
    const url = imageWebhookUrl(deps, registry, id);
    return { application, secret, url: imageWebhooks[registry].secretInUrl ? `${url}/${secret}` : url };
  });
}

/** Without the secret, also where the URL ends with it. */
export function imageWebhookUrl({ config }: Pick<Deps, 'config'>, registry: ImageRegistry, sourceId: string): string {
  return `${config.publicUrl}/webhooks/images/${registry}/${sourceId}`;
}
