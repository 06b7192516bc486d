import { missingRights } from '../git-hosts/host-app.ts';
import { hostApps } from '../git-hosts/registry.ts';
import { allOf } from '../word-lists.ts';
import type { InstallationRepositories } from '../usecases/host-apps/list-repositories.ts';
import type { ListedApp, ShownApp } from '../usecases/host-apps/read-apps.ts';
import type { Reply } from './reply.ts';

const { command, title } = hostApps;

export function hostAppsReply(apps: ListedApp[]): Reply {
  if (apps.length === 0) {
    return { tone: 'info', text: `There is no ${title} yet. \`${command} create\` makes one.`, data: [] };
  }
  return {
    tone: 'info',
    title: `${title}s`,
    table: {
      columns: ['App', 'Server', 'Owner', 'Installed for', 'Applications'],
      rows: apps.map(({ app, applications, installations }) => [
        app.slug,
        new URL(app.server).host,
        app.owner,
        installations.map(({ account }) => account).join(', ') || 'nobody yet',
        String(applications.length),
      ]),
    },
    data: apps.map(dataOf),
  };
}

/** With its installations, and what to do next. */
export function hostAppReply(shown: ShownApp): Reply {
  const { app, applications, doubt, hookElsewhere: hook, installUrl, installations, settingsUrl } = shown;
  const suspended = installations.filter(({ suspendedAt }) => suspendedAt);
  const next = installations.length === 0 ? `It is installed nowhere. Install it: ${installUrl}` : undefined;
  const paused = suspended.map(({ account }) => `\`${account}\` has suspended it: nothing of theirs can be cloned.`);
  const lacking = installations.flatMap((one) => lackOf(shown, one) ?? []);
  const led =
    hook &&
    `Its webhook leads to ${hook.leadsTo || 'nowhere'}, not to ${hook.url}: no push arrives. Set it at ${settingsUrl}`;
  const lines = [doubt, next, led, ...paused, ...lacking].filter((line) => line !== undefined);
  return {
    tone: lines.length > 0 ? 'warning' : 'info',
    title: `${title} \`${app.slug}\``,
    ...(lines.length > 0 && { text: lines.join('\n') }),
    fields: [
      { name: 'Owner', value: app.owner },
      { name: 'Change or delete it at', value: settingsUrl },
      { name: 'Install it at', value: installUrl },
      { name: 'Applications', value: applications.map((name) => `\`${name}\``).join(', ') || 'none yet' },
    ],
    table: {
      columns: ['Installed for', 'Repositories', 'Rights', 'State'],
      rows: installations.map((one) => [
        one.account,
        one.selection === 'all' ? 'all' : 'selected ones',
        rightsOf(one.permissions),
        one.suspendedAt ? 'suspended' : 'active',
      ]),
    },
    data: { ...dataOf(shown), installUrl, settingsUrl, doubt: doubt ?? null },
  };
}

function lackOf({ app }: ShownApp, one: ShownApp['installations'][number]): string | undefined {
  const missing = missingRights(hostApps.permissions, one.permissions);
  if (missing.length === 0) return undefined;
  return `\`${one.account}\` has not granted ${allOf(missing)}: ${hostApps.installationUrl(app.server, one)}`;
}

function rightsOf(permissions: Record<string, string>): string {
  return Object.entries(permissions)
    .map(([name, level]) => `${name}: ${level}`)
    .sort()
    .join(', ');
}

function dataOf({ app, applications, installations }: ListedApp) {
  const { createdAt, name, number, owner, server, slug } = app;
  return {
    app: slug,
    name,
    server,
    number,
    owner,
    createdAt,
    applications,
    installations: installations.map(({ account, permissions, selection, suspendedAt }) => ({
      account,
      permissions,
      selection,
      suspendedAt: suspendedAt ?? null,
    })),
  };
}

/** One page of what all installations reach, each with the line that creates an application of it. */
export function repositoriesReply(
  lists: InstallationRepositories[],
  { length, page }: { page: number; length: number },
): Reply {
  const all = lists.flatMap(({ app, repositories }) => repositories.map((one) => ({ ...one, app: app.slug })));
  const pages = Math.max(1, Math.ceil(all.length / length));
  const shown = all.slice((page - 1) * length, page * length);
  const whys = lists.flatMap(({ account, why }) => (why === undefined ? [] : [`\`${account}\`: ${why}`]));
  const places = lists.map(({ account, url }) => `Which ones of \`${account}\`: ${url}`);
  const next = page < pages ? [`Page ${page} of ${pages}; the next: \`${command} repos --page ${page + 1}\`.`] : [];
  const none = lists.length === 0 ? [`It is installed nowhere: \`${command} show\` has the link.`] : [];
  return {
    tone: whys.length > 0 ? 'warning' : 'info',
    title: `Repositories that the ${title}s reach`,
    text: [...none, ...whys, ...next, ...places].join('\n'),
    table: {
      columns: ['Repository', 'Visibility', 'Default branch', 'App'],
      rows: shown.map((one) => [one.name, one.isPrivate ? 'private' : 'public', one.defaultBranch, one.app]),
    },
    data: { page, pages, repositories: shown },
  };
}
