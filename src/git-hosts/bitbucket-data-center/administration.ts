import { z } from 'zod';
import { type ApiOptions, ownerAndName } from '../adapter.ts';
import { keepsNoDeliveries } from '../delivery-attempts.ts';
import type { HostWebhook, RepositoryAdministration, WantedWebhook, WebhookFault } from '../api.ts';

const events = ['repo:refs_changed', 'pr:opened', 'pr:from_ref_updated', 'pr:merged', 'pr:declined', 'pr:deleted'];
const pageLength = 100;

const Webhook = z.object({ id: z.number(), url: z.string(), active: z.boolean(), events: z.array(z.string()) });
type Webhook = z.infer<typeof Webhook>;

const Page = z.object({
  values: z.array(Webhook),
  isLastPage: z.boolean(),
  nextPageStart: z.number().nullish(),
});
const Made = z.object({ id: z.number() });

/** @see https://developer.atlassian.com/server/bitbucket/rest/v906/api-group-repository/ */
export function administration({ baseUrl, fetch, token }: ApiOptions): RepositoryAdministration {
  const authorization = `Bearer ${token}`;
  async function send(method: string, address: string, body?: unknown): Promise<Response> {
    const headers = { authorization, accept: 'application/json', 'content-type': 'application/json' };
    return fetch(address, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
  }
  const place = (repository: string, api = 'api') => {
    const [project, slug] = ownerAndName(repository).map(encodeURIComponent);
    return `${baseUrl}/rest/${api}/latest/projects/${project}/repos/${slug}`;
  };
  async function list(repository: string): Promise<Webhook[]> {
    const hooks: Webhook[] = [];
    for (let start = 0; ;) {
      const query = new URLSearchParams({ limit: String(pageLength), start: String(start) });
      const answer = await send('GET', `${place(repository)}/webhooks?${query.toString()}`);
      const page = Page.parse(await answer.json());
      hooks.push(...page.values);
      if (page.isLastPage || page.nextPageStart == null) return hooks;
      start = page.nextPageStart;
    }
  }
  return {
    webhooks: async (repository) => (await list(repository)).map(toWebhook),
    async createWebhook(repository, wanted) {
      const answer = await send('POST', `${place(repository)}/webhooks`, bodyOf(wanted, []));
      return String(Made.parse(await answer.json()).id);
    },
    async updateWebhook(repository, id, wanted) {
      const others = (await list(repository)).find((hook) => String(hook.id) === id)?.events ?? [];
      await send('PUT', `${place(repository)}/webhooks/${id}`, bodyOf(wanted, others));
      return id;
    },
    async removeWebhook(repository, id) {
      await send('DELETE', `${place(repository)}/webhooks/${id}`);
    },
    async addDeployKey(repository, { key, title }) {
      const body = { key: { text: key, label: title }, permission: 'REPO_READ' };
      const answer = await send('POST', `${place(repository, 'keys')}/ssh`, body);
      return String(z.object({ key: Made }).parse(await answer.json()).key.id);
    },
    async removeDeployKey(repository, id) {
      await send('DELETE', `${place(repository, 'keys')}/ssh/${id}`);
    },
    ...keepsNoDeliveries,
    async readRepository(repository) {
      await send('GET', place(repository));
    },
  };
}

function bodyOf({ secret, url }: WantedWebhook, others: string[]) {
  return {
    name: 'Shipmate',
    url,
    active: true,
    events: [...new Set([...events, ...others])],
    configuration: { secret },
  };
}

function toWebhook({ active, events: told, id, url }: Webhook): HostWebhook {
  const faults: WebhookFault[] = [];
  if (events.some((event) => !told.includes(event))) faults.push('events');
  if (!active) faults.push('inactive');
  return { id: String(id), url, faults };
}
