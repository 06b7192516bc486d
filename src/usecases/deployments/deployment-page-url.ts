import type { Deployment } from '../../entities/deployment.ts';
import type { Deps } from '../deps.ts';

/** Lifetime of a deployment page link in chat, milliseconds. */
const lifetimeMs = 7 * 24 * 3_600_000;

const purpose = 'deployment page';

/**
 * A signed link to a deployment's page for everybody who sees the message. It expires relative to the deployment's
 * start, so that a redrawn message has the same link.
 */
export function deploymentPageUrl(
  { cipher, config }: Pick<Deps, 'cipher' | 'config'>,
  { id, startedAt }: Pick<Deployment, 'id' | 'startedAt'>,
): string {
  const expires = Math.ceil((startedAt.getTime() + lifetimeMs) / 1_000);
  const signature = cipher.sign(`${id} ${expires}`, purpose);
  return `${deploymentPageAddress({ config }, { id })}?expires=${expires}&signature=${signature}`;
}

/** The same page without a signature, for public places such as a commit status; readers have to sign in. */
export function deploymentPageAddress({ config }: Pick<Deps, 'config'>, { id }: Pick<Deployment, 'id'>): string {
  return `${config.publicUrl}/deployments/${id}`;
}

/** Whether the link has a valid signature and has not expired; `expires` in seconds since 1970, as in the link. */
export function verifyDeploymentLink(
  { cipher }: Pick<Deps, 'cipher'>,
  { id, expires, signature }: { id: string; expires: string; signature: string },
  now = new Date(),
): boolean {
  return cipher.verify(`${id} ${expires}`, signature, purpose) && Number(expires) * 1_000 > now.getTime();
}
