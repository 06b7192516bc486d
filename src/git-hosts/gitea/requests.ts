import type { giteaApi } from 'gitea-js';
import { ownerAndName } from '../adapter.ts';
import type { RequestApi } from '../api.ts';

type Client = ReturnType<typeof giteaApi>;

/** What can be done about pull requests. To the API they are issues. */
export function requestApi({ repos }: Pick<Client, 'repos'>): RequestApi {
  return {
    async mayPush(repository, { name }) {
      const [owner, repo] = ownerAndName(repository);
      const { data } = await repos.repoGetRepoPermissions(owner, repo, name);
      return ['owner', 'admin', 'write'].includes(data.permission ?? '');
    },
    async addComment(repository, number, body) {
      const [owner, repo] = ownerAndName(repository);
      const { data } = await repos.issueCreateComment(owner, repo, number, { body });
      return String(data.id);
    },
    async editComment(repository, _number, id, body) {
      const [owner, repo] = ownerAndName(repository);
      await repos.issueEditComment(owner, repo, Number(id), { body });
    },
  };
}
