import type { Repositories, Webhook } from 'bitbucket/lib/index.umd.js';
import { ownerAndName } from '../adapter.ts';
import { keepsNoDeliveries } from '../delivery-attempts.ts';
import type { HostWebhook, RepositoryAdministration, WantedWebhook, WebhookFault } from '../api.ts';

const events = [
  'repo:push',
  'pullrequest:created',
  'pullrequest:updated',
  'pullrequest:fulfilled',
  'pullrequest:rejected',
];
const pageLength = 100;

/** @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/ */
export function administration(repositories: Repositories): RepositoryAdministration {
  async function list(repository: string): Promise<Webhook[]> {
    const hooks: Webhook[] = [];
    for (let page = 1; ; page += 1) {
      const { data } = await repositories.listWebhooks({
        ...nameOf(repository),
        pagelen: pageLength,
        page: String(page),
      });
      hooks.push(...(data.values ?? []));
      if (!data.next) return hooks;
    }
  }
  return {
    webhooks: async (repository) => (await list(repository)).map(toWebhook),
    async createWebhook(repository, wanted) {
      const { data } = await repositories.createWebhook({ ...nameOf(repository), _body: bodyOf(wanted, []) });
      return data.uuid;
    },
    async updateWebhook(repository, id, wanted) {
      const others = (await list(repository)).find(({ uuid }) => uuid === id)?.events ?? [];
      await repositories.updateWebhook({ ...nameOf(repository), uid: id, _body: bodyOf(wanted, others) });
      return id;
    },
    async removeWebhook(repository, id) {
      await repositories.deleteWebhook({ ...nameOf(repository), uid: id });
    },
    async addDeployKey(repository, { key, title }) {
      const { data } = await repositories.createDeployKey({ ...nameOf(repository), key, label: title });
      return String(data.id);
    },
    async removeDeployKey(repository, id) {
      await repositories.deleteDeployKey({ ...nameOf(repository), key_id: id });
    },
    ...keepsNoDeliveries,
    async readRepository(repository) {
      await repositories.get(nameOf(repository));
    },
  };
}

function nameOf(repository: string): { workspace: string; repo_slug: string } {
  const [workspace, repo_slug] = ownerAndName(repository);
  return { workspace, repo_slug };
}

function bodyOf({ secret, url }: WantedWebhook, others: string[]) {
  return { description: 'Shipmate', url, secret, active: true, events: [...new Set([...events, ...others])] };
}

function toWebhook({ active, events: told, secret_set: secured, url, uuid }: Webhook): HostWebhook {
  const faults: WebhookFault[] = [];
  if (events.some((event) => !told.includes(event))) faults.push('events');
  if (!active) faults.push('inactive');
  if (secured === false) faults.push('secret');
  return { id: uuid, url, faults };
}
