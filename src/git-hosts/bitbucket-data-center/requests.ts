import { z } from 'zod';
import { ownerAndName } from '../adapter.ts';
import type { RequestApi } from '../api.ts';
import type { Fetch } from '../transport.ts';

const Comment = z.object({ id: z.number(), version: z.number() });
const Permissions = z.object({
  values: z.array(z.object({ user: z.object({ name: z.string() }), permission: z.string() })),
});

interface Client {
  baseUrl: string;
  headers: Record<string, string>;
  fetch: Fetch;
}

/**
 * What can be done about pull requests. Who may push is told to admins of the repository only, and of people alone, not of
 * groups.
 */
export function requestApi({ baseUrl, fetch, headers }: Client): RequestApi {
  const of = (repository: string) => {
    const [project, slug] = ownerAndName(repository).map(encodeURIComponent);
    return `${baseUrl}/rest/api/latest/projects/${project}/repos/${slug}`;
  };
  const sent = (method: 'POST' | 'PUT', body: object) => ({
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return {
    async mayPush(repository, { name }) {
      const query = new URLSearchParams({ filter: name, limit: '100' });
      const answer = await fetch(`${of(repository)}/permissions/users?${query.toString()}`, { headers });
      const { values } = Permissions.parse(await answer.json());
      return values.some(
        ({ permission, user }) => user.name === name && (permission === 'REPO_WRITE' || permission === 'REPO_ADMIN'),
      );
    },
    async addComment(repository, number, text) {
      const answer = await fetch(`${of(repository)}/pull-requests/${number}/comments`, sent('POST', { text }));
      return String(Comment.parse(await answer.json()).id);
    },
    async editComment(repository, number, id, text) {
      const address = `${of(repository)}/pull-requests/${number}/comments/${encodeURIComponent(id)}`;
      // An edit names the version that it replaces.
      const { version } = Comment.parse(await (await fetch(address, { headers })).json());
      await fetch(address, sent('PUT', { text, version }));
    },
  };
}
