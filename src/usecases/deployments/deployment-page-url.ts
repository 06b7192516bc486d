import type { Deployment } from '../../entities/deployment.ts';
import type { Deps } from '../deps.ts';

/** How long a link from chat shows a deployment's page, milliseconds. */
const lifetimeMs = 7 * 24 * 3_600_000;

const purpose = 'deployment page';

/**
 * The page of a deployment as a link for whoever sees the message. Its end counts from the deployment's start, so that
 * a message that is drawn again has the same link.
 */
export function deploymentPageUrl(
  { cipher, config }: Pick<Deps, 'cipher' | 'config'>,
  { id, startedAt }: Pick<Deployment, 'id' | 'startedAt'>,
): string {
  const expires = Math.ceil((startedAt.getTime() + lifetimeMs) / 1_000);
  const signature = cipher.sign(`${id} ${expires}`, purpose);
  return `${deploymentPageAddress({ config }, { id })}?expires=${expires}&signature=${signature}`;
}

/** The same page for those who have to sign in: on the commit of a public repository anybody reads the link. */
export function deploymentPageAddress({ config }: Pick<Deps, 'config'>, { id }: Pick<Deployment, 'id'>): string {
  return `${config.publicUrl}/deployments/${id}`;
}

/** Whether the link is one of ours and has not expired; `expires` in seconds since 1970, as in the link. */
export function verifyDeploymentLink(
  { cipher }: Pick<Deps, 'cipher'>,
  { id, expires, signature }: { id: string; expires: string; signature: string },
  now = new Date(),
): boolean {
  return cipher.verify(`${id} ${expires}`, signature, purpose) && Number(expires) * 1_000 > now.getTime();
}
