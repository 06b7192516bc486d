import type client from 'bitbucket/lib/index.umd.js';
import { ownerAndName } from '../adapter.ts';
import type { RequestApi } from '../api.ts';

type Client = InstanceType<typeof client.Bitbucket>;

/** What can be done about pull requests. Who may push is told to a token with the right to read the workspace only. */
export function requestApi({ pullrequests, workspaces }: Pick<Client, 'pullrequests' | 'workspaces'>): RequestApi {
  return {
    async mayPush(repository, { id }) {
      const [workspace, repo_slug] = ownerAndName(repository);
      // A UUID in braces; anything else could be read as a part of the query.
      if (!/^\{[\da-f-]{36}\}$/i.test(id)) return false;
      const q = `user.uuid="${id}"`;
      const { data } = await workspaces.listPermissionsForRepository({ workspace, repo_slug, q });
      return (data.values ?? []).some(({ permission }) => permission === 'write' || permission === 'admin');
    },
    async addComment(repository, pull_request_id, raw) {
      const [workspace, repo_slug] = ownerAndName(repository);
      const _body = { type: 'pullrequest_comment', content: { raw } } as const;
      const { data } = await pullrequests.createComment({ workspace, repo_slug, pull_request_id, _body });
      return String(data.id);
    },
    async editComment(repository, pull_request_id, id, raw) {
      const [workspace, repo_slug] = ownerAndName(repository);
      const which = { workspace, repo_slug, pull_request_id, comment_id: Number(id) };
      await pullrequests.updateComment({ ...which, _body: { type: 'pullrequest_comment', content: { raw } } });
    },
  };
}
