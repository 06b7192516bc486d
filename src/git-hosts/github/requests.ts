import type { Octokit } from '@octokit/rest';
import { ownerAndName } from '../adapter.ts';
import type { RequestApi } from '../api.ts';

/** What can be done about pull requests. To the API they are issues. */
export function requestApi({ rest }: Octokit): RequestApi {
  return {
    async mayPush(repository, { name: username }) {
      const [owner, repo] = ownerAndName(repository);
      const { data } = await rest.repos.getCollaboratorPermissionLevel({ owner, repo, username });
      return data.permission === 'admin' || data.permission === 'write';
    },
    async addComment(repository, number, body) {
      const [owner, repo] = ownerAndName(repository);
      const { data } = await rest.issues.createComment({ owner, repo, issue_number: number, body });
      return String(data.id);
    },
    async editComment(repository, _number, id, body) {
      const [owner, repo] = ownerAndName(repository);
      await rest.issues.updateComment({ owner, repo, comment_id: Number(id), body });
    },
  };
}
