import type { Octokit } from '@octokit/rest';
import { ownerAndName } from '../adapter.ts';
import type { HostWebhook, RepositoryAdministration, WebhookFault } from '../api.ts';
import { failedAmong } from './deliveries.ts';

/** What pushes and previews need. */
const events = ['push', 'pull_request'];

interface Hook {
  id: number;
  active: boolean;
  events: string[];
  config: { url?: string; content_type?: string; secret?: string };
}

/** @see https://docs.github.com/en/rest/repos/webhooks */
export function administration(octokit: Octokit): RepositoryAdministration {
  const { repos } = octokit.rest;
  return {
    async webhooks(repository) {
      const hooks = await octokit.paginate(repos.listWebhooks, { ...nameOf(repository), per_page: 100 });
      return hooks.map(toWebhook);
    },
    async createWebhook(repository, wanted) {
      const { data } = await repos.createWebhook({
        ...nameOf(repository),
        name: 'web',
        active: true,
        events,
        config: configOf(wanted),
      });
      return String(data.id);
    },
    async updateWebhook(repository, id, wanted) {
      const change = { hook_id: Number(id), active: true, add_events: events, config: configOf(wanted) };
      await repos.updateWebhook({ ...nameOf(repository), ...change });
      return id;
    },
    async removeWebhook(repository, id) {
      await repos.deleteWebhook({ ...nameOf(repository), hook_id: Number(id) });
    },
    async addDeployKey(repository, { key, title }) {
      const { data } = await repos.createDeployKey({ ...nameOf(repository), title, key, read_only: true });
      return String(data.id);
    },
    async removeDeployKey(repository, id) {
      await repos.deleteDeployKey({ ...nameOf(repository), key_id: Number(id) });
    },
    async failedDeliveries(repository, hook) {
      const list = { ...nameOf(repository), hook_id: Number(hook), per_page: 100 };
      return failedAmong(octokit.paginate.iterator(repos.listWebhookDeliveries, list));
    },
    async redeliver(repository, hook, { id }) {
      const which = { ...nameOf(repository), hook_id: Number(hook), delivery_id: Number(id) };
      await repos.redeliverWebhookDelivery(which);
    },
    async readRepository(repository) {
      await repos.get(nameOf(repository));
    },
  };
}

function nameOf(repository: string): { owner: string; repo: string } {
  const [owner, repo] = ownerAndName(repository);
  return { owner, repo };
}

function configOf({ secret, url }: { url: string; secret: string }) {
  return { url, secret, content_type: 'json', insecure_ssl: '0' };
}

function toWebhook({ active, config, events: told, id }: Hook): HostWebhook {
  const faults: WebhookFault[] = [];
  if (!told.includes('*') && events.some((event) => !told.includes(event))) faults.push('events');
  if (!active) faults.push('inactive');
  if (config.content_type !== 'json') faults.push('format');
  if (!config.secret) faults.push('secret');
  return { id: String(id), url: config.url ?? '', faults };
}
