import { MergeRequestNotes, ProjectMembers } from '@gitbeaker/rest';
import type { RequestApi } from '../api.ts';

type ClientOptions = ConstructorParameters<typeof ProjectMembers>[0];

/** Developers may push. @see https://docs.gitlab.com/api/members/#roles */
const developer = 30;

/** What can be done about merge requests. */
export function requestApi(options: ClientOptions): RequestApi {
  const notes = new MergeRequestNotes(options);
  const members = new ProjectMembers(options);
  return {
    async mayPush(repository, { id }) {
      const member = await members.show(repository, Number(id), { includeInherited: true });
      return Number(member.access_level) >= developer && member.state === 'active';
    },
    async addComment(repository, number, body) {
      return String((await notes.create(repository, number, body)).id);
    },
    async editComment(repository, number, id, body) {
      await notes.edit(repository, number, Number(id), { body });
    },
  };
}
