import { z } from 'zod';
import type { ApiOptions } from '../adapter.ts';
import { GitHostError, type RepositoryAdministration } from '../api.ts';
import { type DeliveryAttempt, failedOf } from '../delivery-attempts.ts';

/** Pages of 100 events that one look takes; GitLab keeps those of a week. */
const mostPages = 3;
const pageLength = 100;

const Events = z.array(
  z.object({
    id: z.number(),
    /** Or words, e.g. `internal error` when nobody answered. */
    response_status: z.string().nullish(),
    request_headers: z.record(z.string(), z.unknown()).nullish(),
  }),
);

/**
 * The client library does not have them.
 * @see https://docs.gitlab.com/api/project_webhooks/#list-events-for-a-project-webhook
 */
export function deliveries({
  baseUrl,
  fetch,
  token,
}: ApiOptions): Pick<RepositoryAdministration, 'failedDeliveries' | 'redeliver'> {
  const headers = { authorization: `Bearer ${token}` };
  const place = (repository: string, hook: string) =>
    `${baseUrl}/api/v4/projects/${encodeURIComponent(repository)}/hooks/${hook}/events`;
  return {
    async failedDeliveries(repository, hook) {
      const attempts: DeliveryAttempt[] = [];
      for (let page = 1; page <= mostPages; page += 1) {
        const address = `${place(repository, hook)}?per_page=${pageLength}&page=${page}`;
        const answer = await fetch(address, { headers }).catch(unlessUnknown);
        if (!answer) return undefined;
        attempts.push(...Events.parse(await answer.json()).map(toAttempt));
        if (!answer.headers.get('x-next-page')) break;
      }
      return failedOf(attempts);
    },
    async redeliver(repository, hook, { id }) {
      await fetch(`${place(repository, hook)}/${id}/resend`, { method: 'POST', headers });
    },
  };
}

/** Versions before 17.3 have no list. */
function unlessUnknown(error: unknown): undefined {
  if (!(error instanceof GitHostError) || error.status !== 404) throw error;
}

function toAttempt({ id, request_headers: sent, response_status: status }: z.infer<typeof Events>[number]) {
  const name = Object.entries(sent ?? {}).find(([key]) => key.toLowerCase() === 'idempotency-key')?.[1];
  const delivery = typeof name === 'string' ? name : String(id);
  return { id: String(id), delivery, arrived: /^2\d\d$/.test(status ?? '') };
}
