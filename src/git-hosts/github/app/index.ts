import type { HostApps } from '../../host-app.ts';
import { manifest, tokenPermissions } from './manifest.ts';

export const apps: HostApps = {
  title: 'GitHub App',
  server: 'https://github.com',
  command: 'github app',
  permissions: tokenPermissions,
  creationUrl(server, organization) {
    const owner = organization === undefined ? '' : `/organizations/${encodeURIComponent(organization)}`;
    return `${server}${owner}/settings/apps/new`;
  },
  manifest,
  installUrl: ({ server, slug }) => `${server}/${pathOfApps(server)}/${slug}/installations/new`,
  installationUrl(server, { account, accountType, number }) {
    const owner = accountType === 'Organization' ? `/organizations/${encodeURIComponent(account)}` : '';
    return `${server}${owner}/settings/installations/${number}`;
  },
  settingsUrl({ isOrganization, owner, server, slug }) {
    const place = isOrganization ? `/organizations/${encodeURIComponent(owner)}` : '';
    return `${server}${place}/settings/apps/${slug}`;
  },
  loadApi: async () => (await import('./api.ts')).api,
};

/** Enterprise Server has its apps elsewhere. */
function pathOfApps(server: string): string {
  const { hostname } = new URL(server);
  return hostname === 'github.com' || hostname.endsWith('.ghe.com') ? 'apps' : 'github-apps';
}
