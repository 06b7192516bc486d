import type { AppPermissions } from '../../host-app.ts';

/** GitHub's limit for the name of an app. */
const longestName = 34;

/**
 * What Shipmate does with each right. It asks for no right to administer: an app has its own webhook, and clones without
 * deploy keys. `metadata` is part of every app.
 */
const permissions: AppPermissions = {
  metadata: 'read',
  // Clones and lists branches.
  contents: 'read',
  // Comments on pull requests that have a preview, and hears of them.
  pull_requests: 'write',
  // Tells on the commit what became of it.
  statuses: 'write',
  // Waits for CI before it deploys.
  checks: 'read',
  // Shows deployments and their addresses by environment.
  deployments: 'write',
};

/** Git gets less than the API: a token that leaks from a build reads one repository. */
export const tokenPermissions = {
  clone: { contents: 'read' },
  api: { pull_requests: 'write', statuses: 'write', checks: 'read', deployments: 'write', contents: 'read' },
} as const;

/** Installations are told to every app, so they cannot be asked for. */
const events = ['push', 'pull_request'];

/** @see https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest */
export function manifest({ publicUrl, redirectUrl }: { publicUrl: string; redirectUrl: string }): object {
  return {
    // Names are taken once on all of GitHub; people may change it there before they create the app.
    name: `Shipmate ${new URL(publicUrl).hostname}`.slice(0, longestName),
    url: publicUrl,
    description: 'Deploys pushes and pull requests with Shipmate.',
    hook_attributes: { url: `${publicUrl}/webhooks/github`, active: true },
    redirect_url: redirectUrl,
    public: false,
    default_permissions: permissions,
    default_events: events,
  };
}
