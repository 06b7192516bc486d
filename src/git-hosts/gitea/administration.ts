import type { Api, Hook } from 'gitea-js';
import { ownerAndName } from '../adapter.ts';
import { keepsNoDeliveries } from '../delivery-attempts.ts';
import type { HostWebhook, RepositoryAdministration, WantedWebhook, WebhookFault } from '../api.ts';

/** Gitea lists `pull_request` as several; what was asked for is among them. */
const events = ['push', 'pull_request'];
const pageLength = 50;
/** Which branches deploy is decided here; a filter would keep pushes away. */
const everyBranch = '*';

/** @see https://docs.gitea.com/api/ */
export function administration(repos: Api<unknown>['repos']): RepositoryAdministration {
  async function list(repository: string): Promise<Hook[]> {
    const hooks: Hook[] = [];
    for (let page = 1; ; page += 1) {
      const { data } = await repos.repoListHooks(...ownerAndName(repository), { page, limit: pageLength });
      hooks.push(...data);
      // The server may give fewer than it is asked for.
      if (data.length === 0) return hooks;
    }
  }
  return {
    webhooks: async (repository) => (await list(repository)).map(toWebhook),
    async createWebhook(repository, wanted) {
      const { data } = await repos.repoCreateHook(...ownerAndName(repository), {
        type: 'gitea',
        active: true,
        branch_filter: everyBranch,
        events,
        config: configOf(wanted),
      });
      return String(data.id);
    },
    async updateWebhook(repository, id, wanted) {
      const others = (await list(repository)).find((hook) => String(hook.id) === id)?.events ?? [];
      await repos.repoEditHook(...ownerAndName(repository), Number(id), {
        active: true,
        branch_filter: everyBranch,
        events: [...new Set([...events, ...others])],
        config: configOf(wanted),
      });
      return id;
    },
    async removeWebhook(repository, id) {
      await repos.repoDeleteHook(...ownerAndName(repository), Number(id));
    },
    async addDeployKey(repository, { key, title }) {
      const { data } = await repos.repoCreateKey(...ownerAndName(repository), { title, key, read_only: true });
      return String(data.id);
    },
    async removeDeployKey(repository, id) {
      await repos.repoDeleteKey(...ownerAndName(repository), Number(id));
    },
    ...keepsNoDeliveries,
    async readRepository(repository) {
      await repos.repoGet(...ownerAndName(repository));
    },
  };
}

function configOf({ secret, url }: WantedWebhook) {
  return { url, secret, content_type: 'json' };
}

function toWebhook({ active, branch_filter: filter = '', config = {}, events: told = [], id }: Hook): HostWebhook {
  const faults: WebhookFault[] = [];
  const isFiltered = filter !== '' && filter !== '*' && filter !== '**';
  if (isFiltered || events.some((event) => !told.includes(event))) faults.push('events');
  if (!active) faults.push('inactive');
  if (config['content_type'] !== 'json') faults.push('format');
  return { id: String(id), url: config['url'] ?? '', faults };
}
