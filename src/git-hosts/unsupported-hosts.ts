import { parseCloneUrl } from './clone-url.ts';

const instead =
  'Connect the repository with `--provider none` and `app set <app> poll=5m`, or deploy with the HTTP API.';

/** Git hosts whose webhooks cannot be taken, and why. */
export const unsupportedHosts = {
  gogs: `Gogs is not supported; Gitea and Forgejo are. ${instead}`,
  'azure-devops': `Azure DevOps does not sign its webhooks, so they are not taken. ${instead}`,
} as const;

/** Why a repository on this server cannot be connected with webhooks; undefined for all others. */
export function whyUnsupported(cloneUrl: string): string | undefined {
  const hostname = parseCloneUrl(cloneUrl)?.hostname.toLowerCase() ?? '';
  if (/(^|\.)(dev\.azure\.com|visualstudio\.com)$/.test(hostname)) return unsupportedHosts['azure-devops'];
  return hostname.split('.').includes('gogs') ? unsupportedHosts.gogs : undefined;
}
