import { DeployKeys, ProjectHooks, Projects } from '@gitbeaker/rest';
import type { HostWebhook, RepositoryAdministration, WebhookFault } from '../api.ts';

type Options = ConstructorParameters<typeof ProjectHooks<false>>[0];

const events = { pushEvents: true, tagPushEvents: true, mergeRequestsEvents: true };
/** Which branches deploy is decided here; a filter would keep pushes away. */
const wanted = { ...events, pushEventsBranchFilter: '', branchFilterStrategy: 'all_branches' } as const;

interface Hook {
  id: number;
  url: string;
  push_events: boolean;
  tag_push_events: boolean;
  merge_requests_events: boolean;
  /** Null, empty or not told: none. */
  push_events_branch_filter?: string | null;
  branch_filter_strategy?: string | null;
  /** `executable`, or disabled after failures, for a time or for good. */
  alert_status?: string;
}

/** @see https://docs.gitlab.com/api/project_webhooks/ */
export function administration(options: Options): Omit<RepositoryAdministration, 'failedDeliveries' | 'redeliver'> {
  const [hooks, keys, projects] = [new ProjectHooks(options), new DeployKeys(options), new Projects(options)];
  return {
    async webhooks(repository) {
      return (await hooks.all(repository, { perPage: 100 })).map(toWebhook);
    },
    async createWebhook(repository, { secret, url }) {
      return String((await hooks.add(repository, url, { ...wanted, token: secret })).id);
    },
    /** Nothing but a test event switches on what failures switched off, and it would look like a push: so a new one. */
    async updateWebhook(repository, id, { secret, url }) {
      const { alert_status: status } = await hooks.edit(repository, Number(id), url, { ...wanted, token: secret });
      if (isOn(status)) return id;
      await hooks.remove(repository, Number(id));
      return String((await hooks.add(repository, url, { ...wanted, token: secret })).id);
    },
    async removeWebhook(repository, id) {
      await hooks.remove(repository, Number(id));
    },
    async addDeployKey(repository, { key, title }) {
      return String((await keys.create(repository, title, key, { canPush: false })).id);
    },
    async removeDeployKey(repository, id) {
      await keys.remove(repository, Number(id));
    },
    async readRepository(repository) {
      await projects.show(repository);
    },
  };
}

function toWebhook(hook: Hook): HostWebhook {
  const faults: WebhookFault[] = [];
  const isFiltered = Boolean(hook.push_events_branch_filter) && hook.branch_filter_strategy !== 'all_branches';
  const lacks = !hook.push_events || !hook.tag_push_events || !hook.merge_requests_events;
  if (lacks || isFiltered) faults.push('events');
  if (!isOn(hook.alert_status)) faults.push('inactive');
  return { id: String(hook.id), url: hook.url, faults };
}

/** Older versions do not tell. */
function isOn(status: string | undefined): boolean {
  return status === undefined || status === 'executable';
}
